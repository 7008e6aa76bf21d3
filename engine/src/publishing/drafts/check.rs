//! What is wrong with documents that come into the draft: inside each at once, across them as far as it takes.

use std::collections::{BTreeSet, HashMap, HashSet};

use catalog::{Catalog, FieldKind};
use diagnostic::{Diagnostic, Severity};
use schemas::check::Part;
use schemas::{Body, Document, Kind};
use serde_json::{Value as Json, json};
use storage::internal::drafts as stored;

use super::state::{Draft, Found, Sources};
use super::{State, plan};
use crate::{Context, Error};

/// From how many documents on everything is resolved rather than what they refer to.
const MANY: usize = 20;
/// Most entities that lie around a document for its check.
const AROUND: usize = 200;

/// Reads documents, or refuses them with every mistake in any of them.
pub(super) async fn read(ctx: &Context, documents: Vec<Json>) -> Result<Vec<Document>, Error> {
    let (mut mistakes, mut parts, count) = (Vec::new(), Vec::new(), documents.len());
    let mut read = Vec::with_capacity(count);
    for (at, mut json) in documents.into_iter().enumerate() {
        if let Some(object) = json.as_object_mut() {
            // What a client got it gives back.
            object.shift_remove("state");
            object.shift_remove("problems");
        }
        match schemas::check::value(&json) {
            Ok(document) => read.push(document),
            Err(problems) => {
                parts.extend(schemas::check::part(&json, &problems));
                mistakes.extend(problems.into_iter().map(|problem| among(problem, at, count)));
            }
        }
    }
    let mut seen = HashSet::new();
    for document in &read {
        if !seen.insert((document.kind, document.name.clone())) {
            let mistake = Diagnostic::error("document.duplicate").with("name", &document.name);
            mistakes.push(mistake.in_document(document.path()));
        }
    }
    if mistakes.is_empty() {
        return Ok(read);
    }
    read.extend(parts.iter().map(|part| part.document.clone()));
    for problem in beside(ctx, read, &parts).await? {
        // Some are seen inside the document and beside the others.
        if !mistakes.iter().any(|known| known.place == problem.place && known.code == problem.code) {
            mistakes.push(problem);
        }
    }
    Err(Error::Invalid(mistakes))
}

/// Finds what is wrong beside other documents with those of a refused request, so that one look shows every mistake.
async fn beside(ctx: &Context, documents: Vec<Document>, parts: &[Part]) -> Result<Vec<Diagnostic>, Error> {
    let names: Vec<(Kind, &str)> = documents.iter().map(|it| (it.kind, it.name.as_str())).collect();
    let sources = Sources::named(ctx, &names).await?;
    let identified = match identify(ctx, &sources, documents) {
        Err(Error::Invalid(mistakes)) => return Ok(mistakes),
        identified => identified?,
    };
    let found = problems(ctx, &identified).await?.into_values().flatten();
    let mut found: Vec<Diagnostic> = found
        .filter(|problem| problem.severity == Severity::Error && !parts.iter().any(|part| part.explains(problem)))
        .collect();
    for problem in &mut found {
        let document = problem.place.document.clone();
        if let Some(part) = parts.iter().find(|part| Some(part.document.path()) == document) {
            part.restore(problem);
        }
    }
    found.sort_by(|one, other| one.place.cmp(&other.place));
    Ok(found)
}

/// Gives what is no document of any name its place in the list.
fn among(mut problem: Diagnostic, at: usize, count: usize) -> Diagnostic {
    if count > 1 && problem.place.document.is_none() {
        problem.place.pointer.insert_str(0, &format!("/{at}"));
    }
    problem
}

/// Gives identities to what has none, and says how each document stands to the published revision.
pub(super) fn identify(
    ctx: &Context,
    sources: &Sources,
    documents: Vec<Document>,
) -> Result<Vec<(Document, State)>, Error> {
    let mut mistakes = Vec::new();
    let mut identified = Vec::with_capacity(documents.len());
    for document in documents {
        let document = catalog::link_back::adopt(document, ctx.catalog());
        let known = match document.id() {
            Some(id) => sources.by_id(document.kind, id),
            None => sources.find(document.kind, &document.name),
        };
        let previous = known.as_ref().and_then(|found| Document::stored(document.kind, found.json.clone()).ok());
        let document = schemas::ids::fill(&document, &Vec::from_iter(&previous), &mut fresh_id);
        let id = document.id().unwrap_or_default().to_owned();
        let published = sources.published_json(document.kind, &id);
        let state = match &published {
            Some(json) if *json == document.json => State::Published,
            Some(_) => State::Changed,
            None if sources.by_id(document.kind, &id).is_some_and(|found| found.published_name.is_some()) => {
                State::Changed
            }
            None => State::Added,
        };
        identified.push((document, state));
    }
    let ids: HashSet<(Kind, String)> =
        identified.iter().filter_map(|(document, _)| Some((document.kind, document.id()?.to_owned()))).collect();
    for (document, _) in &identified {
        let others = sources.holders(document.kind, &document.name).into_iter();
        let mut others = others.filter(|id| Some(*id) != document.id());
        if others.any(|id| !ids.contains(&(document.kind, id.to_owned()))) {
            let mistake = Diagnostic::error("draft.name_taken").with("name", &document.name).at("/name");
            mistakes.push(mistake.in_document(document.path()));
        }
    }
    if mistakes.is_empty() { Ok(identified) } else { Err(Error::Invalid(mistakes)) }
}

/// Makes an identity: ten characters, the first of them a letter.
pub(crate) fn fresh_id() -> String {
    const CHARACTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let bytes: [u8; 10] = rand::random();
    let character = |(at, byte): (usize, &u8)| {
        let among = if at == 0 { 26 } else { 32 };
        char::from(CHARACTERS[usize::from(*byte) % among])
    };
    bytes.iter().enumerate().map(character).collect()
}

/// Finds what across documents would stop a publish, by document, as far as these documents go.
pub(super) async fn problems(
    ctx: &Context,
    identified: &[(Document, State)],
) -> Result<HashMap<String, Vec<Diagnostic>>, Error> {
    let documents: Vec<Document> = identified.iter().map(|(document, _)| document.clone()).collect();
    let paths: HashSet<String> = documents.iter().map(Document::path).collect();
    let mut found = if documents.len() >= MANY || documents.iter().any(is_about_all) {
        plan::problems(ctx, &Draft::load(ctx).await?.with(ctx, identified)).await?
    } else {
        let around = around(ctx, documents).await?;
        let published = ctx.engine.published();
        let workspace = &published.workspace.catalog;
        catalog::resolve(published.revision, workspace, &around, &catalog::Physical::default()).diagnostics
    };
    // An old name that the draft no longer has may have been renamed, which only all documents together tell.
    let is_old = |name: &String| ctx.catalog().entity(name).is_some();
    let is_old_field = |name: &String| ctx.catalog().readable().iter().any(|it| it.field(name).is_some());
    let is_explained = |problem: &Diagnostic| match problem.code {
        "reference.unknown_entity" => problem.arguments.get("found").is_some_and(is_old),
        // What a script imports may be beyond what was looked at.
        "expression.unknown_script" => true,
        "expression.unknown_name" => problem.arguments.get("name").is_some_and(is_old_field),
        _ => false,
    };
    if found.iter().any(is_explained) {
        found = plan::problems(ctx, &Draft::load(ctx).await?.with(ctx, identified)).await?;
    }
    let mut by_document: HashMap<String, Vec<Diagnostic>> = HashMap::new();
    for problem in found {
        if let Some(document) = problem.place.document.clone().filter(|document| paths.contains(document)) {
            by_document.entry(document).or_default().push(problem);
        }
    }
    Ok(by_document)
}

/// Gathers the documents and what lies around them: what they refer to, as far as their expressions may walk.
async fn around(ctx: &Context, documents: Vec<Document>) -> Result<Vec<Document>, Error> {
    let hops = documents.iter().map(hops).max().unwrap_or(0);
    let mut known: HashSet<(Kind, String)> = documents.iter().map(|it| (it.kind, it.name.clone())).collect();
    let ids: HashSet<(Kind, String)> = documents.iter().filter_map(|it| Some((it.kind, it.id()?.to_owned()))).collect();
    let mut gathered = documents;
    let mut frontier = 0;
    for hop in 0..=hops {
        let fresh: Vec<Document> = gathered[frontier..].to_vec();
        frontier = gathered.len();
        let mut wanted: BTreeSet<(Kind, String)> = fresh.iter().flat_map(references).collect();
        if hops > 0 {
            wanted.extend(leading_to(ctx, &fresh).await?);
        }
        wanted.retain(|key| !known.contains(key));
        let last = hop == hops || gathered.len() + wanted.len() > AROUND;
        let names: Vec<(Kind, &str)> = wanted.iter().map(|(kind, name)| (*kind, name.as_str())).collect();
        if names.is_empty() {
            break;
        }
        let sources = Sources::named(ctx, &names).await?;
        for (kind, name) in &wanted {
            let found = sources.find(*kind, name).filter(|found| found.state != State::Removed);
            // What has another name among the documents is not there under its old one.
            let is_there = |found: &Found| found.json["name"] == **name && !ids.contains(&(*kind, found.id.clone()));
            let Some(found) = found.filter(is_there) else { continue };
            let json = if last && *kind == Kind::Entity { bare(&found.json, &known) } else { found.json };
            gathered.extend(Document::stored(*kind, json).ok());
        }
        known.extend(wanted);
        if last {
            break;
        }
    }
    Ok(gathered)
}

/// How far the expressions of a document may walk: no path has more hops than there are points; 0 when it has none.
fn hops(document: &Document) -> usize {
    let walks = |text: &str| 1 + text.matches('.').count().min(16);
    match &document.body {
        Body::Entity(entity) => {
            let rules = entity.rules.iter().map(|rule| rule.when.as_str());
            let access = entity.access.iter().flat_map(|access| access.conditions()).map(|(_, text)| text.as_str());
            let defaults = entity.fields.iter().filter_map(|field| match &field.default {
                Some(schemas::Default::Expression(default)) => Some(default.expression.as_str()),
                _ => None,
            });
            let formulas = entity.fields.iter().filter_map(|field| field.formula.as_ref());
            let formulas = formulas.map(|formula| formula.expression.as_str());
            let conditions = entity.fields.iter().flat_map(schemas::Field::conditions);
            let conditions = conditions.map(|(_, condition)| condition.when.as_str());
            rules.chain(access).chain(defaults).chain(formulas).chain(conditions).map(walks).max().unwrap_or(0)
        }
        // One hop more than of an entity: the way begins at the role.
        Body::Role(role) => {
            let permissions = role.entities.values();
            let conditions = permissions.flat_map(schemas::Permissions::conditions).map(|(_, text)| 1 + walks(text));
            let fields = role.entities.values().any(|permissions| !permissions.fields.is_empty());
            conditions.max().unwrap_or(usize::from(fields))
        }
        Body::Script(script) => {
            let conditions = script.buttons.iter().filter_map(|button| button.when.as_deref());
            conditions.map(|text| 1 + walks(text)).max().unwrap_or(0)
        }
        Body::Dataset(dataset) => {
            let texts = dataset.parts.iter().flat_map(|part| {
                let joins = part.joins.iter().flat_map(|join| {
                    let pairs = join.on.iter().flat_map(|on| [&on.left, &on.right]);
                    join.through.iter().chain(pairs)
                });
                joins.chain(&part.filter).chain(part.values.values())
            });
            let own = dataset.fields.iter().filter_map(|field| field.expression.as_ref()).chain(&dataset.having);
            texts.chain(own).map(|text| 2 + walks(text)).max().unwrap_or(0)
        }
        Body::Measure(measure) => {
            let defaults = measure.parameters.iter().filter_map(|parameter| match &parameter.default {
                Some(schemas::Default::Expression(default)) => Some(&default.expression),
                _ => None,
            });
            let texts = measure.filter.iter().chain(&measure.date).chain(&measure.person).chain(defaults);
            texts.chain([&measure.expression]).map(|text| 1 + walks(text)).max().unwrap_or(0)
        }
        // One hop more: a widget may show a measure or a view, which leads to the entity.
        Body::Dashboard(dashboard) => {
            let widgets = || dashboard.widgets.iter();
            let columns = widgets().flat_map(|it| it.group_by.iter().chain(&it.rows).chain(&it.columns));
            let measures = widgets().flat_map(|it| it.measures.iter().map(|measure| measure.expression.as_str()));
            let ways = widgets().flat_map(|it| it.filters.values().flatten().chain(&it.sort));
            let others = widgets().flat_map(|it| it.filter.iter().chain(&it.date).chain(&it.person));
            let texts = ways.chain(others).map(String::as_str);
            let texts = texts.chain(measures).chain(columns.map(schemas::WidgetColumn::path));
            texts.map(walks).max().unwrap_or(0) + 2
        }
        // What a component says of the records that it shows begins where its path ends.
        Body::Form(form) => {
            let mut most = form.header.iter().map(|text| walks(text)).max().unwrap_or(0);
            form.each_tab(&mut |tab, _| most = most.max(tab.show.as_deref().map_or(0, walks)));
            form.each(&mut |component, _| {
                let own = component.show.iter().chain(component.style.iter().map(|style| &style.when));
                let path = component.path.as_deref().map_or(0, walks);
                let far = component.paths().iter().chain(&component.sort).chain(&component.filter);
                let widget = component.widget.iter().flat_map(|it| {
                    let columns = it.group_by.iter().chain(&it.rows).chain(&it.columns);
                    let columns = columns.map(schemas::WidgetColumn::path);
                    let measures = it.measures.iter().map(|measure| measure.expression.as_str());
                    columns.chain(measures).chain(it.filter.iter().chain(&it.sort).map(String::as_str))
                });
                let far = far.map(String::as_str).chain(widget).map(|text| 1 + path + walks(text));
                let own = own.map(|text| walks(text)).chain([path]);
                most = own.chain(far).chain([most]).max().unwrap_or(most);
            });
            most + 2
        }
        Body::View(view) => {
            let texts = view.columns.iter().chain(&view.sort).chain(&view.filter);
            texts.map(|text| 1 + walks(text)).max().unwrap_or(0)
        }
        Body::Register(register) => {
            let postings = register.balance.iter().flat_map(|balance| &balance.postings);
            let texts = postings.flat_map(|it| it.when.iter().chain([&it.date]).chain(it.values.values()));
            texts.map(|text| 1 + walks(text)).max().unwrap_or(0)
        }
        _ => 0,
    }
}

/// Says whether a document speaks of every entity there is.
fn is_about_all(document: &Document) -> bool {
    match &document.body {
        Body::Role(role) => {
            let all = role.entities.get("*");
            all.is_some_and(|all| all.conditions().next().is_some() || all.fields.keys().any(|field| field != "*"))
        }
        _ => false,
    }
}

/// An entity at the edge of what is looked at: it is there, with the fields that lead nowhere or back.
fn bare(json: &Json, known: &HashSet<(Kind, String)>) -> Json {
    let fields = json["fields"].as_array().into_iter().flatten().filter(|field| stays_inside(field, known));
    let fields: Vec<Json> = fields.cloned().collect();
    json!({"kind": "entity", "id": json["id"], "name": json["name"], "fields": fields})
}

fn stays_inside(field: &Json, known: &HashSet<(Kind, String)>) -> bool {
    let back = field["target"].as_str().is_none_or(|name| known.contains(&(Kind::Entity, name.to_owned())));
    back && ["targets", "choice_set", "default"].iter().all(|key| field.get(key).is_none())
}

fn references(document: &Document) -> Vec<(Kind, String)> {
    let mut found = named(document);
    let mut scripts = Vec::new();
    called(&document.json, &mut scripts);
    found.extend(scripts);
    found
}

/// Lists the scripts whose functions the expressions of a document call.
fn called(json: &Json, found: &mut Vec<(Kind, String)>) {
    match json {
        Json::String(text) if text.contains("::") => {
            found.extend(expression::functions::named(text).into_iter().map(|(script, _)| (Kind::Script, script)));
        }
        Json::Array(items) => items.iter().for_each(|item| called(item, found)),
        Json::Object(members) => members.values().for_each(|member| called(member, found)),
        _ => {}
    }
}

/// What a document names otherwise.
fn named(document: &Document) -> Vec<(Kind, String)> {
    match &document.body {
        Body::Entity(entity) => {
            let rules = entity.rules.iter().map(|rule| &rule.when);
            let formulas = entity.fields.iter().filter_map(|field| Some(&field.formula.as_ref()?.expression));
            let conditions = entity.fields.iter().flat_map(schemas::Field::conditions);
            let texts = rules.chain(formulas).chain(conditions.map(|(_, condition)| &condition.when));
            let measures = texts.flat_map(|text| expression::check::measures_named(text));
            let measures = measures.map(|name| (Kind::Measure, name));
            entity.fields.iter().flat_map(field_references).chain(measures).collect()
        }
        Body::Role(role) => role.entities.keys().filter(|name| *name != "*").flat_map(|name| readable(name)).collect(),
        Body::Application(application) => {
            let items = application.sections.iter().flat_map(|section| &section.items);
            let roles = application.sections.iter().flat_map(|section| &section.roles).chain(&application.roles);
            let roles = roles.map(|role| (Kind::Role, role.clone()));
            let dashboards = items.clone().filter_map(|item| Some((Kind::Dashboard, item.dashboard.clone()?)));
            let entities = items.filter_map(|item| item.entity.as_deref()).flat_map(readable);
            entities.chain(dashboards).chain(roles).collect()
        }
        Body::Script(script) => {
            let entities = script.hooks.iter().map(|hook| &hook.entity);
            let targets =
                script.buttons.iter().flat_map(|button| &button.parameters).filter_map(|it| it.target.as_ref());
            let entities = entities.chain(script.buttons.iter().map(|button| &button.entity)).chain(targets);
            let imported = scripting::imports(&script.source).into_iter().map(|import| (Kind::Script, import.name));
            let roles = script.buttons.iter().flat_map(|button| &button.roles);
            let roles = roles.chain(script.endpoints.iter().flat_map(|endpoint| &endpoint.roles));
            let roles = roles.map(|name| (Kind::Role, name.clone()));
            entities.map(|name| (Kind::Entity, name.clone())).chain(imported).chain(roles).collect()
        }
        Body::Dataset(dataset) => catalog::dataset::reads(dataset).iter().flat_map(|name| readable(name)).collect(),
        Body::Register(register) => match &register.balance {
            Some(balance) => {
                let targets = balance.dimensions.iter().filter_map(|dimension| dimension.target.as_ref());
                let entities = targets.chain(balance.postings.iter().map(|posting| &posting.entity));
                let sets = balance.dimensions.iter().filter_map(|dimension| dimension.choice_set.as_ref());
                let sets = sets.map(|name| (Kind::ChoiceSet, name.clone()));
                entities.map(|name| (Kind::Entity, name.clone())).chain(sets).collect()
            }
            None => vec![(Kind::Dataset, register.dataset.clone())],
        },
        Body::Measure(measure) => {
            let targets = measure.parameters.iter().filter_map(|parameter| parameter.target.as_ref());
            let entities = std::iter::once(&measure.entity).chain(targets);
            let roles = measure.roles.iter().map(|role| (Kind::Role, role.clone()));
            entities.flat_map(|name| readable(name)).chain(roles).collect()
        }
        Body::View(view) => {
            let measures = view.filter.iter().flat_map(|text| expression::check::measures_named(text));
            let measures = measures.map(|name| (Kind::Measure, name));
            readable(&view.entity).into_iter().chain(measures).collect()
        }
        Body::Dashboard(dashboard) => {
            let widgets = || dashboard.widgets.iter();
            let entities = widgets().filter_map(|it| it.entity.as_deref());
            let entities = entities.chain(dashboard.filters.iter().filter_map(|it| it.entity.as_deref()));
            let measures = widgets().filter_map(|it| it.measure.clone());
            let named = widgets().filter_map(|it| it.filter.as_deref()).flat_map(expression::check::measures_named);
            let measures = measures.chain(named).map(|name| (Kind::Measure, name));
            let views = widgets().filter_map(|it| Some((Kind::View, it.view.clone()?)));
            let roles = dashboard.roles.iter().map(|role| (Kind::Role, role.clone()));
            entities.flat_map(readable).chain(measures).chain(views).chain(roles).collect()
        }
        Body::Form(form) => {
            let (mut measures, mut scripts) = (Vec::new(), Vec::new());
            form.each(&mut |component, _| {
                let filters = component.widget.iter().filter_map(|widget| widget.filter.as_ref());
                let texts = component.show.iter().chain(&component.filter).chain(filters);
                let texts = texts.chain(component.style.iter().map(|style| &style.when));
                measures.extend(texts.flat_map(|text| expression::check::measures_named(text)));
                measures.extend(component.widget.iter().filter_map(|widget| widget.measure.clone()));
                scripts.extend(component.script.clone());
            });
            form.each_tab(&mut |tab, _| {
                measures.extend(tab.show.iter().flat_map(|text| expression::check::measures_named(text)));
            });
            let measures = measures.into_iter().map(|name| (Kind::Measure, name));
            let scripts = scripts.into_iter().map(|name| (Kind::Script, name));
            let roles = form.roles.iter().map(|role| (Kind::Role, role.clone()));
            readable(&form.entity).into_iter().chain(measures).chain(scripts).chain(roles).collect()
        }
        Body::ChoiceSet(_) => Vec::new(),
    }
}

/// What is read by a name: an entity, a dataset or a register.
fn readable(name: &str) -> [(Kind, String); 3] {
    [Kind::Entity, Kind::Dataset, Kind::Register].map(|kind| (kind, name.to_owned()))
}

fn field_references(field: &schemas::Field) -> Vec<(Kind, String)> {
    let targets = field.target.iter().chain(field.targets.iter().flatten());
    let targets = targets.map(|name| (Kind::Entity, name.clone()));
    targets.chain(field.choice_set.iter().map(|name| (Kind::ChoiceSet, name.clone()))).collect()
}

/// Lists the entities that lead to these: expressions walk there by the inverse names.
async fn leading_to(ctx: &Context, documents: &[Document]) -> Result<Vec<(Kind, String)>, Error> {
    let mut found = Vec::new();
    for document in documents.iter().filter(|document| document.kind == Kind::Entity) {
        found.extend(published_leading_to(ctx.catalog(), &document.name));
        let rows = ctx.engine.database().fetch(&stored::leading_to(&document.name)).await?;
        found.extend(Draft::of(&rows).changes.into_iter().map(|change| (change.kind, change.name)));
    }
    Ok(found)
}

fn published_leading_to(catalog: &Catalog, name: &str) -> Vec<(Kind, String)> {
    let fields = catalog.entity(name).map(|entity| entity.fields.as_slice()).unwrap_or_default();
    let targets = fields.iter().filter_map(|field| match &field.kind {
        FieldKind::Inverse { relation } => catalog.entity_by_id(&relation.target),
        _ => None,
    });
    targets.filter(|entity| !entity.system).map(|entity| (Kind::Entity, entity.name.clone())).collect()
}
