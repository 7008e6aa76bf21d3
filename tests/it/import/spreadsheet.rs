//! A spreadsheet from the upload to the records: dates, numbers, truth, formulas, gaps and several sheets.

use std::io::{Cursor, Write};

use serde_json::{Value, json};

use super::import_file;
use crate::support::{App, every_database};

fn documents() -> Value {
    json!([{"kind": "entity", "name": "visit", "title": "title", "fields": [
        {"name": "title", "type": "text", "required": true, "unique": true}, {"name": "number", "type": "integer"},
        {"name": "done", "type": "boolean"}, {"name": "day", "type": "date"}, {"name": "at", "type": "datetime"},
        {"name": "clock", "type": "time"}, {"name": "took", "type": "duration"}, {"name": "cost", "type": "money"},
        {"name": "share", "type": "percent"}, {"name": "note", "type": "text"}]}])
}

/// Styles: 1 a date, 2 a moment, 3 a time of day, 4 a duration, 5 per cent.
const STYLES: &str = r#"<numFmts count="1"><numFmt numFmtId="164" formatCode="dd\.mm\.yyyy"/></numFmts><cellXfs count="6">
<xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="22" applyNumberFormat="1"/>
<xf numFmtId="21" applyNumberFormat="1"/><xf numFmtId="46" applyNumberFormat="1"/><xf numFmtId="10" applyNumberFormat="1"/></cellXfs>"#;

const DEALS: &str = r#"
<row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" t="inlineStr"><is><t>number</t></is></c><c r="C3" t="inlineStr"><is><t>done</t></is></c>
  <c r="D3" t="inlineStr"><is><t>day</t></is></c><c r="E3" t="inlineStr"><is><t>at</t></is></c><c r="F3" t="inlineStr"><is><t>clock</t></is></c>
  <c r="G3" t="inlineStr"><is><t>took</t></is></c><c r="H3" t="inlineStr"><is><t>cost</t></is></c><c r="I3" t="inlineStr"><is><t>share</t></is></c>
  <c r="J3" t="inlineStr"><is><t>note</t></is></c></row>
<row r="4"><c r="A4" t="s"><v>1</v></c><c r="B4"><v>7</v></c><c r="C4" t="b"><v>1</v></c><c r="D4" s="1"><v>45688</v></c>
  <c r="E4" s="2"><v>45688.395833333336</v></c><c r="F4" s="3"><v>0.77083333333333337</v></c><c r="G4" s="4"><v>1.5</v></c>
  <c r="H4"><f>0.1+0.2</f><v>0.30000000000000004</v></c><c r="I4" s="5"><v>0.15</v></c><c r="J4" t="str"><f>A4&amp;"!"</f><v>Первый!</v></c></row>
<row r="5"/>
<row r="7"><c r="A7" t="inlineStr"><is><r><t>Вто</t></r><r><t>рой</t></r></is></c><c r="C7" t="b"><v>0</v></c><c r="H7"><v>1234.0999999999999</v></c>
  <c r="J7"><f>NOW()</f></c><c r="K7" t="inlineStr"><is><t>a note on the margin</t></is></c></row>"#;

const BAD: &str = r#"
<row r="1"><c r="A1" t="inlineStr"><is><t>title</t></is></c><c r="B1" t="inlineStr"><is><t>number</t></is></c></row>
<row r="2"><c r="B2"><v>1</v></c></row>
<row r="9"><c r="A9" t="inlineStr"><is><t>x</t></is></c><c r="B9" t="e"><v>#DIV/0!</v></c></row>
<row r="10"><c r="A10" t="inlineStr"><is><t>y</t></is></c><c r="B10"><v>1.5</v></c></row>"#;

/// Writes a workbook of sheets as programs write them.
fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
    let main = r#"xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships""#;
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let numbered = || (1..).zip(sheets);
    let list: String =
        numbered().map(|(at, (name, _))| format!(r#"<sheet name="{name}" sheetId="{at}" r:id="rId{at}"/>"#)).collect();
    let targets: String = numbered()
        .map(|(at, _)| {
            format!(r#"<Relationship Id="rId{at}" Type="{kind}/worksheet" Target="worksheets/sheet{at}.xml"/>"#)
        })
        .collect();
    let mut parts = vec![
        ("[Content_Types].xml".to_owned(), r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#.to_owned()),
        ("_rels/.rels".to_owned(), format!(r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{kind}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#)),
        ("xl/workbook.xml".to_owned(), format!("<workbook {main}><sheets>{list}</sheets></workbook>")),
        ("xl/_rels/workbook.xml.rels".to_owned(), format!(r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{targets}<Relationship Id="rId90" Type="{kind}/styles" Target="styles.xml"/><Relationship Id="rId91" Type="{kind}/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#)),
        ("xl/styles.xml".to_owned(), format!("<styleSheet {main}>{STYLES}</styleSheet>")),
        ("xl/sharedStrings.xml".to_owned(), format!(r#"<sst {main} count="2" uniqueCount="2"><si><t>title</t></si><si><t>Первый</t></si></sst>"#)),
    ];
    parts.extend(numbered().map(|(at, (_, rows))| {
        (format!("xl/worksheets/sheet{at}.xml"), format!("<worksheet {main}><sheetData>{rows}</sheetData></worksheet>"))
    }));
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(
            name,
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored),
        )
        .unwrap();
        zip.write_all(format!(r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{text}"#).as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

every_database! {
    async fn cells_become_what_they_show(app: App) {
        app.publish(documents()).await;
        let book = workbook(&[("Notes", r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row>"#), ("Visits", DEALS)]);
        let columns: serde_json::Map<String, Value> =
            ["title", "number", "done", "day", "at", "clock", "took", "cost", "share", "note"].map(|name| (name.to_owned(), json!(name))).into_iter().collect();
        let mapping = json!({"columns": columns, "sheet": "Visits"});
        let done = import_file(&app, "visit", "visits.xlsx", book.clone(), mapping, "", false).await;
        assert_eq!((&done["state"], &done["created"], &done["rows"]), (&json!("done"), &json!(2), &json!(2)), "{done:#}");
        let page = app.admin.get("/api/records/visit?sort=-number&select=title,number,done,day,at,clock,took,cost,share,note").await.expect(200);
        assert_eq!(page["items"][0], json!({"title": "Первый", "number": 7, "done": true, "day": "2025-01-31", "at": "2025-01-31T09:30:00.000Z",
            "clock": "18:30:00", "took": "PT36H", "cost": "0.30", "share": "0.150000", "note": "Первый!"}));
        assert_eq!(page["items"][1], json!({"title": "Второй", "number": null, "done": false, "day": null, "at": null,
            "clock": null, "took": null, "cost": "1234.10", "share": null, "note": null}));
        let unknown = import_refused(&app, book, json!({"sheet": "visits"})).await;
        assert_eq!(unknown["errors"][0]["code"], "import.sheet_unknown");
        assert!(unknown["errors"][0]["message"].as_str().unwrap().contains("Visits"), "{unknown:#}");
    }

    async fn bad_cells_are_named_by_the_rows_of_the_sheet(app: App) {
        app.publish(documents()).await;
        let done = import_file(&app, "visit", "visits.xlsx", workbook(&[("Sheet1", BAD)]), Value::Null, "", true).await;
        let errors: Vec<String> = done["errors"].as_array().unwrap().iter().map(|e| format!("{} {} {}", e["row"], e["column"].as_str().unwrap_or("-"), e["code"].as_str().unwrap())).collect();
        assert_eq!(errors, ["2 title record.required", "9 number record.not_a_whole_number", "10 number record.not_a_whole_number"], "{done:#}");
        let broken = import_refused(&app, b"PK\x03\x04rubbish".to_vec(), Value::Null).await;
        assert_eq!(broken["errors"][0]["code"], "import.sheet_unreadable");
    }
}

async fn import_refused(app: &App, book: Vec<u8>, mapping: Value) -> Value {
    let file = reqwest::multipart::Part::bytes(book).file_name("visits.xlsx");
    let mut form = reqwest::multipart::Form::new().text("entity", "visit").part("file", file);
    if !mapping.is_null() {
        form = form.text("mapping", mapping.to_string());
    }
    app.admin.send(app.admin.request(reqwest::Method::POST, "/api/imports").multipart(form)).await.expect(422)
}
