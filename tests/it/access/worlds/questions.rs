//! Random questions of all kinds about the records of a world.

use std::fmt::Write;

use serde_json::{Value, json};

/// A small generator of numbers: the same seed asks the same.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).expect("a small number")
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    pub(crate) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}

/// A question: how and where it is asked, and whether it touches something hidden.
pub(super) struct Question {
    pub(super) method: reqwest::Method,
    pub(super) path: String,
    pub(super) body: Option<Value>,
    pub(super) touches: bool,
}

/// Asks random questions about the records of a world.
pub(super) struct Asker<'a> {
    dice: Dice,
    records: &'a [String],
    touches: bool,
}

impl Asker<'_> {
    pub(super) fn question(records: &[String], number: u64) -> Question {
        let mut asker = Asker { dice: Dice(number.wrapping_mul(7919)), records, touches: false };
        let (method, path, body) = asker.any();
        Question { method, path, body, touches: asker.touches }
    }

    fn any(&mut self) -> (reqwest::Method, String, Option<Value>) {
        let get = reqwest::Method::GET;
        match self.dice.below(27) {
            0 => (get, "/api/meta/catalog".to_owned(), None),
            1 => (get, "/api/openapi.json".to_owned(), None),
            2 | 3 => (get, self.record(), None),
            4 => (get, format!("{}/history", self.record()), None),
            5..=11 => (get, self.list(), None),
            12..=15 => {
                let entity = self.dice.pick(&["deal", "deal", "account", "item"]);
                let body = self.aggregate(entity);
                (reqwest::Method::POST, format!("/api/records/{entity}/aggregate"), Some(body))
            }
            24..=26 => self.composed(),
            16 => (get, format!("{}/shares", self.record()), None),
            17 => self.refused(),
            18 => {
                self.touches = true;
                let word = self.dice.pick(&["Zuid", "Nord", "own", "222", "foreign", "closed", "7"]);
                (get, format!("/api/search?q={word}"), None)
            }
            _ => {
                let body = self.query();
                (reqwest::Method::POST, "/api/records/deal/query".to_owned(), Some(body))
            }
        }
    }

    fn record(&mut self) -> String {
        let records: Vec<&str> = self.records.iter().map(String::as_str).collect();
        self.touches = true;
        self.dice.pick(&records).to_owned()
    }

    fn list(&mut self) -> String {
        let entity = self.dice.pick(&["deal", "deal", "account", "item"]);
        let mut path = format!("/api/records/{entity}?limit={}", 1 + self.dice.below(30));
        if self.dice.one_in(2) {
            let select: Vec<String> = (0..=self.dice.below(4)).map(|_| self.path(entity)).collect();
            write!(path, "&select={}", select.join(",")).expect("a text grows");
        }
        if !self.dice.one_in(4) {
            let filter: String = url(&self.condition(entity, 2));
            write!(path, "&filter={filter}").expect("a text grows");
        }
        if self.dice.one_in(2) {
            let down = self.dice.pick(&["", "-"]);
            write!(path, "&sort={down}{}", self.path(entity)).expect("a text grows");
        }
        if self.dice.one_in(3) {
            path.push_str(self.dice.pick(&["&count=exact", "&count=estimated"]));
        }
        if self.dice.one_in(6) {
            path.push_str("&with_problems=true");
        }
        if self.dice.one_in(6) {
            self.touches = true;
            let word = self.dice.pick(&["o", "Zuid", "22", "clos", "7"]);
            write!(path, "&quick={word}").expect("a text grows");
        }
        path
    }

    fn query(&mut self) -> Value {
        let relation = self.dice.pick(&["items", "tags", "account.deals"]);
        let far = if relation == "items" {
            "item"
        } else if relation == "tags" {
            "account"
        } else {
            "deal"
        };
        self.touches = true;
        let order = match self.dice.below(4) {
            0 => "-asked".to_owned(),
            1 => format!("-({})", self.value("deal", 2)),
            2 => format!("({})", self.condition("deal", 2)),
            _ => "title".to_owned(),
        };
        json!({
            "select": ["title", "_access", "_problems",
                {"name": "asked", "expression": self.value("deal", 2)},
                {"path": relation, "select": [self.path(far)], "filter": self.condition(far, 1), "limit": 1 + self.dice.below(4)}],
            "filter": self.condition("deal", 2), "sort": [order], "count": "exact",
        })
    }

    /// The rows of a dataset, or groups of them.
    fn composed(&mut self) -> (reqwest::Method, String, Option<Value>) {
        self.touches = true;
        let (dataset, names, numbers): (_, &[&str], &[&str]) = match self.dice.below(4) {
            0 => (
                "summary",
                &["account", "stage", "region", "tag", "account.worth", "loss", "account.name"],
                &["amount", "biggest", "n", "per", "inns"],
            ),
            1 => ("written", &["name", "region", "stage", "phone", "loss"], &["amount", "n"]),
            2 => ("beside", &["name", "region", "stage", "phone", "line", "worth"], &["amount", "double", "part"]),
            _ => ("pair", &["name", "region", "mate", "line", "mate.title", "whose"], &["amount", "double"]),
        };
        let (name, number) = (self.dice.pick(names), self.dice.pick(numbers));
        let condition = match self.dice.below(5) {
            0 => format!("{number} > {}", self.dice.pick(&["0", "100", "700"])),
            1 => format!("{name} != ()"),
            2 => "account.deals.any(|d| d.amount > 500)".to_owned(),
            3 => "mate.items.count() > 1".to_owned(),
            _ => "true".to_owned(),
        };
        let down = self.dice.pick(&["", "-"]);
        if self.dice.one_in(3) {
            let measure = format!("{}({number})", self.dice.pick(&["sum", "avg", "min", "max", "count"]));
            let body = json!({"group_by": [name], "measures": [{"name": "m", "expression": measure}], "filter": condition, "totals": self.dice.one_in(2)});
            return (reqwest::Method::POST, format!("/api/records/{dataset}/aggregate"), Some(body));
        }
        let limit = 1 + self.dice.below(30);
        let select = if self.dice.one_in(3) { String::new() } else { format!("&select=id,{name},{number},_problems") };
        let path = format!(
            "/api/records/{dataset}?limit={limit}&count=exact{select}&filter={}&sort={down}{number}",
            url(&condition)
        );
        (reqwest::Method::GET, path, None)
    }

    /// A write that cannot come true, so that both worlds stay as they are.
    fn refused(&mut self) -> (reqwest::Method, String, Option<Value>) {
        self.touches = true;
        let record = self.record();
        match self.dice.below(4) {
            0 => (reqwest::Method::PATCH, record, Some(json!({"margin": "1", "version": 1}))),
            1 => (reqwest::Method::PATCH, record, Some(json!({"title": "x", "version": 999}))),
            2 => {
                let account = record.rsplit('/').next().unwrap_or_default().to_owned();
                let body = json!({"title": "x", "account": account, "nothing": true});
                (reqwest::Method::POST, "/api/records/deal".to_owned(), Some(body))
            }
            _ => (reqwest::Method::POST, format!("{record}/shares"), Some(json!({"level": "read"}))),
        }
    }

    /// A list as a file.
    pub(super) fn export(records: &[String], number: u64) -> Value {
        let mut asker = Asker { dice: Dice(number.wrapping_mul(6007)), records, touches: false };
        let third = asker.dice.pick(&[
            "phone",
            "account",
            "account.name",
            "account.region",
            "tags",
            "items",
            "owner",
            "margin",
            "place",
            "share",
        ]);
        let sort = asker.dice.pick(&[
            "title",
            "-amount",
            "lines",
            "-share",
            "account.name",
            "-account.region",
            "stage",
            "owner",
        ]);
        json!({"entity": "deal", "format": "csv", "select": ["title", "amount", third], "filter": asker.condition("deal", 2), "sort": [sort]})
    }

    fn aggregate(&mut self, entity: &str) -> Value {
        let text = if entity == "deal" { "title" } else { "name" };
        let number = match entity {
            "deal" => self.dice.pick(&[
                "amount",
                "amount",
                "account.deals.sum(|d| d.amount)",
                "margin",
                "items.count()",
                "share",
                "account.worth",
                "gain",
            ]),
            "account" => {
                self.dice.pick(&["deals.count()", "worth", "deals.sum(|d| d.amount)", "tagged.count()", "inn"])
            }
            _ => self.dice.pick(&["deal.amount", "deal.items.count()"]),
        };
        let measure = match self.dice.below(8) {
            0 => "count()".to_owned(),
            1 => format!("count_distinct({text})"),
            2 => format!("{}({text})", self.dice.pick(&["min", "max"])),
            3 => format!("median({number})"),
            4 => format!("percentile({number}, 0.9)"),
            _ => format!("{}({number})", self.dice.pick(&["sum", "avg", "min", "max"])),
        };
        self.touches = true;
        let key = match self.dice.below(4) {
            0 => json!({"path": "created_at", "by": self.dice.pick(&["month", "year"])}),
            1 if entity == "deal" => json!({"path": "amount", "ranges": [100, 1000]}),
            2 if entity == "deal" => json!({"path": format!("({})", self.value(entity, 2)), "name": "key"}),
            _ => json!(self.path(entity)),
        };
        let mut body = json!({"group_by": [key], "measures": [{"name": "m", "expression": measure}, {"name": "n", "expression": "count()"}]});
        if self.dice.one_in(2) {
            body["filter"] = json!(self.condition(entity, 2));
        }
        if self.dice.one_in(3) {
            body["having"] = json!(self.dice.pick(&["n > 1", "count() >= 2", "m != ()"]));
        }
        if self.dice.one_in(2) {
            body["sort"] = json!([self.dice.pick(&["m", "-m", "-n", "n"])]);
        }
        if self.dice.one_in(3) {
            body["limit"] = json!(1 + self.dice.below(5));
        }
        for extra in ["totals", "drill"] {
            if self.dice.one_in(4) {
                body[extra] = json!(true);
            }
        }
        body
    }

    /// A name of the entity and, where it leads on, another from there.
    fn path(&mut self, entity: &str) -> String {
        let hidden = self.dice.one_in(14);
        let name = match (entity, hidden) {
            ("deal", true) => self.dice.pick(&["margin", "phone", "gain", "kept_gain", "beside"]),
            ("account", true) => self.dice.pick(&["inn", "copy", "rolled"]),
            ("deal", _) => self.dice.pick(&[
                "title", "amount", "stage", "account", "owner", "version", "tags", "items", "share", "lines", "place",
                "double",
            ]),
            ("account", _) => self.dice.pick(&["name", "region", "deals", "tagged", "worth", "opened"]),
            (_, _) => self.dice.pick(&["name", "secret_note", "deal"]),
        };
        self.touches |= hidden;
        let far = match name {
            "account" | "tags" => "account",
            "deals" | "tagged" | "deal" => "deal",
            "items" => "item",
            _ => return name.to_owned(),
        };
        self.touches = true;
        if self.dice.one_in(3) { name.to_owned() } else { format!("{name}.{}", self.path(far)) }
    }

    /// A path over links to a value, of a record called by `of`.
    fn single(&mut self, of: &str, entity: &str) -> (String, &'static str) {
        let of = if of.is_empty() { String::new() } else { format!("{of}.") };
        let hidden = self.dice.one_in(16);
        self.touches |= hidden;
        match (entity, self.dice.below(4)) {
            ("deal", _) if hidden => (format!("{of}{}", self.dice.pick(&["margin", "gain", "kept_gain"])), "number"),
            ("account", _) if hidden => (format!("{of}inn"), "text"),
            ("deal", 0) => {
                self.touches = true;
                (
                    format!(
                        "{of}{}",
                        self.dice.pick(&["amount", "double", "lines", "share", "account.worth", "account.opened"])
                    ),
                    "number",
                )
            }
            ("deal", 1) => (format!("{of}stage"), "text"),
            ("deal", 2) => {
                self.touches = true;
                (format!("{of}account.{}", self.dice.pick(&["name", "region"])), "text")
            }
            ("item", 0) => {
                self.touches = true;
                (format!("{of}deal.amount"), "number")
            }
            ("deal", _) => (format!("{of}{}", self.dice.pick(&["title", "title", "place"])), "text"),
            (_, _) => (format!("{of}name"), "text"),
        }
    }

    fn condition(&mut self, entity: &str, depth: usize) -> String {
        self.condition_of("", entity, depth)
    }

    fn condition_of(&mut self, of: &str, entity: &str, depth: usize) -> String {
        if depth > 0 && self.dice.one_in(3) {
            let joined = self.dice.pick(&["&&", "||"]);
            let (left, right) = (self.condition_of(of, entity, depth - 1), self.condition_of(of, entity, depth - 1));
            let not = self.dice.pick(&["", "!"]);
            return format!("{not}({left} {joined} {right})");
        }
        if depth > 0 && self.dice.one_in(2) {
            return self.related(of, entity, depth);
        }
        let (path, kind) = self.single(of, entity);
        if self.dice.one_in(5) {
            return format!("{path} {} ()", self.dice.pick(&["==", "!="]));
        }
        let operator = self.dice.pick(&["==", "!=", "<", ">="]);
        let literal = match kind {
            "number" => self.dice.pick(&["7", "100", "5000.5", "0"]),
            _ => self.dice.pick(&["\"own 3\"", "\"Zuid\"", "\"new\"", "\"south\"", "\"a\""]),
        };
        format!("{path} {operator} {literal}")
    }

    fn related(&mut self, of: &str, entity: &str, depth: usize) -> String {
        let of = if of.is_empty() { String::new() } else { format!("{of}.") };
        let (relation, far) = match entity {
            "deal" => match self.dice.below(3) {
                0 => ("items", "item"),
                1 => ("tags", "account"),
                _ => ("account.deals", "deal"),
            },
            "account" => (self.dice.pick(&["deals", "tagged"]), "deal"),
            _ => ("deal.items", "item"),
        };
        self.touches = true;
        let body = self.condition_of(&format!("x{depth}"), far, depth - 1);
        match self.dice.below(4) {
            0 => format!("{of}{relation}.count() > {}", self.dice.below(3)),
            1 => format!("{of}{relation}.any(|x{depth}| {body})"),
            2 => format!("{of}{relation}.all(|x{depth}| {body})"),
            _ => format!("{of}{relation}.filter(|x{depth}| {body}).count() == {}", self.dice.below(3)),
        }
    }

    fn value(&mut self, entity: &str, depth: usize) -> String {
        match self.dice.below(3) {
            0 => self.single("", entity).0,
            1 => format!("if {} {{ 1 }} else {{ 2 }}", self.condition(entity, depth)),
            _ => {
                self.touches = true;
                "account.deals.sum(|d| d.amount)".to_owned()
            }
        }
    }
}

fn url(text: &str) -> String {
    text.bytes().fold(String::new(), |mut escaped, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' => escaped.push(char::from(byte)),
            _ => write!(escaped, "%{byte:02X}").expect("a text grows"),
        }
        escaped
    })
}
