//! The part of a register's document that keeps balances: by what they are apart, what is counted, and from which records.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Choice, Entity, Field, FieldType, Kind, Label, Register};

/// Balances and turnovers by dimensions, moved by the records of documents. Three entities that only the product writes come of
/// it: the balances under the register's own name, their movements, and their turnovers by period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Balance", extend("examples" = [{
    "dimensions": [{"name": "product", "type": "link", "target": "product", "required": true, "inverse": "stock"}],
    "resources": [{"name": "quantity", "type": "decimal", "scale": 3, "refuse_negative": true}],
    "by": "month",
    "postings": [{"name": "receipt", "entity": "receipt_line", "when": "receipt.status == \"posted\"", "date": "receipt.date",
        "direction": "in", "values": {"product": "product", "quantity": "quantity"}}]
}]))]
pub struct Balance {
    /// By what balances are apart: there is one for each combination of their values.
    #[schemars(length(min = 1, max = 16))]
    pub dimensions: Vec<Dimension>,
    /// What is counted.
    #[schemars(length(min = 1, max = 16))]
    pub resources: Vec<Resource>,
    /// The period of turnovers: `month` unless said.
    #[serde(default, skip_serializing_if = "TurnoverPeriod::is_month")]
    pub by: TurnoverPeriod,
    /// Name of the entity of movements; that of the register with `_movement` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["stock_movement"]))]
    pub movements: Option<String>,
    /// Name of the entity of turnovers; that of the register with `_turnover` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["stock_turnover"]))]
    pub turnovers: Option<String>,
    /// Which records move balances, and how.
    #[schemars(length(min = 1, max = 32))]
    pub postings: Vec<Posting>,
}

/// By what balances are apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Dimension", extend("examples" = [{"name": "warehouse", "type": "link", "target": "warehouse", "required": true}]))]
pub struct Dimension {
    /// Name of the field that balances, movements and turnovers have for it.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["product"]))]
    pub name: String,
    /// Identity, given by the server when absent. The same id with another name is a rename.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9_]{1,32}$"))]
    pub id: Option<String>,
    /// What people read beside the value.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// Type of the values: `link`, `user`, `choice`, `text`, `date`, `integer` or `boolean`.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Name of the entity on the far side. Only for `link`, which needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48), extend("examples" = ["product"]))]
    pub target: Option<String>,
    /// Values to choose from. Only for `choice`, which needs this or `choice_set`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 1000))]
    pub choices: Option<Vec<Choice>>,
    /// Name of a shared choice set. Only for `choice`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 48))]
    pub choice_set: Option<String>,
    /// Whether a record that posts is refused without a value. Else what has none is a balance of its own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// Name under which the record that a link leads to sees its balances, in paths and on its card. Only for `link` and `user`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["stock"]))]
    pub inverse: Option<String>,
}

/// What is counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Resource", extend("examples" = [
    {"name": "quantity", "type": "decimal", "scale": 3, "refuse_negative": true, "message": {"en": "Not in stock", "ru": "Нет на складе"}},
    {"name": "cost", "type": "money"}
]))]
pub struct Resource {
    /// Name of the field that balances and movements have for it.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,39}$"), extend("examples" = ["quantity"]))]
    pub name: String,
    /// Identity, given by the server when absent. The same id with another name is a rename.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9_]{1,32}$"))]
    pub id: Option<String>,
    /// What people read beside the value.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// Type of the values: `decimal`, `integer` or `money`.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Digits after the point, at most 9. Only for `decimal` (6 unless said) and `money` (2 unless said).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 9))]
    pub scale: Option<u8>,
    /// Currency of the amounts, ISO 4217; the workspace's when absent. Only for `money`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[A-Z]{3}$"), extend("examples" = ["EUR", "RUB"]))]
    pub currency: Option<String>,
    /// Whether a change is refused that would make a balance less than nothing, or still less.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub refuse_negative: bool,
    /// What people read when it is refused, before what is there and what is missing. Only with `refuse_negative`.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub message: Label,
}

/// Records of an entity, each of which moves one balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Posting", extend("examples" = [{
    "name": "shipment", "label": {"en": "Shipment", "ru": "Отгрузка"}, "entity": "shipment_line", "when": "shipment.status == \"posted\"",
    "date": "shipment.date", "direction": "out", "values": {"product": "product", "quantity": "quantity"}
}]))]
pub struct Posting {
    /// Name, unique in the register.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]{0,47}$"), extend("examples" = ["receipt"]))]
    pub name: String,
    /// Identity, given by the server when absent. The same id with another name is a rename.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = "^[a-z0-9_]{1,32}$"))]
    pub id: Option<String>,
    /// What people read of the movements.
    #[serde(default, skip_serializing_if = "Label::is_empty")]
    pub label: Label,
    /// Name of the entity whose records move balances: a document, or its lines.
    #[schemars(length(min = 1, max = 48), extend("examples" = ["receipt_line"]))]
    pub entity: String,
    /// Expression on the record: where it is true, the record moves a balance. All records do when it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 65536), extend("examples" = ["receipt.status == \"posted\""]))]
    pub when: Option<String>,
    /// Expression on the record that gives the date of the movement.
    #[schemars(length(min = 1, max = 65536), extend("examples" = ["receipt.date"]))]
    pub date: String,
    /// Whether values come in or go out.
    pub direction: Direction,
    /// What each dimension and each resource takes from the record, by its name: an expression. A dimension that is not named is
    /// empty, a resource is not moved.
    pub values: BTreeMap<String, String>,
}

/// Whether values come in or go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// They come in: balances grow.
    In,
    /// They go out: balances shrink.
    Out,
}

/// The period of turnovers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TurnoverPeriod {
    /// Each day.
    Day,
    /// Each calendar month.
    #[default]
    Month,
    /// Each quarter of a year.
    Quarter,
    /// Each calendar year.
    Year,
}

impl TurnoverPeriod {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
    fn is_month(&self) -> bool {
        *self == Self::Month
    }
}

/// The types that dimensions may have.
pub const DIMENSION_TYPES: [FieldType; 7] = [
    FieldType::Link,
    FieldType::User,
    FieldType::Choice,
    FieldType::Text,
    FieldType::Date,
    FieldType::Integer,
    FieldType::Boolean,
];

/// The types that resources may have.
pub const RESOURCE_TYPES: [FieldType; 3] = [FieldType::Decimal, FieldType::Integer, FieldType::Money];

/// The entities that a register of balances comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Expanded {
    /// Its balances, by dimensions.
    pub balances: Entity,
    /// What moved them.
    pub movements: Entity,
    /// What came in and went out in each period.
    pub turnovers: Entity,
}

/// Fields of a resource in turnovers: what is added to its name, and its words.
pub const TURNOVER_PARTS: [(&str, &str, &str); 4] = [
    ("opening", "Opening", "На начало"),
    ("in", "In", "Приход"),
    ("out", "Out", "Расход"),
    ("closing", "Closing", "На конец"),
];

/// Gives the identity of something that is made of another: of an entity or a field of a register.
pub fn derived(of: &str, what: &str) -> String {
    format!("{of}.{what}")
}

impl Balance {
    /// Gives the name of the entity of movements.
    pub fn movements_name(&self, register: &str) -> String {
        self.movements.clone().unwrap_or_else(|| format!("{register}_movement"))
    }

    /// Gives the name of the entity of turnovers.
    pub fn turnovers_name(&self, register: &str) -> String {
        self.turnovers.clone().unwrap_or_else(|| format!("{register}_turnover"))
    }

    /// Makes the entities of the register.
    pub fn expand(&self, register: &Register) -> Expanded {
        let id = register.id.clone().unwrap_or_else(|| register.name.clone());
        let part = |what: &str| if what.is_empty() { id.clone() } else { derived(&id, what) };
        let label = register.label.or_name(&register.name);
        let plural = if register.plural.is_empty() { label.clone() } else { register.plural.clone() };
        let entity = |what: &str, name: String, label: Label, plural: Label, fields: Vec<Field>| Entity {
            schema: None,
            kind: Kind::Entity,
            id: Some(part(what)),
            name,
            label,
            plural,
            description: Label::default(),
            icon: register.icon.clone(),
            title: None,
            fields,
            unique: Vec::new(),
            indexes: Vec::new(),
            access: None,
            rules: Vec::new(),
        };
        let dimensions = |what: &str| -> Vec<Field> {
            let own = |one: &Dimension| {
                let inverse = one.inverse.clone().filter(|_| what.is_empty());
                Field { id: Some(of(&id, &one.name, one.id.as_deref(), what)), inverse, ..one.field() }
            };
            self.dimensions.iter().map(own).collect()
        };
        let resources = |what: &str| -> Vec<Field> {
            let own = |one: &Resource| Field { id: Some(of(&id, &one.name, one.id.as_deref(), what)), ..one.field() };
            self.resources.iter().map(own).collect()
        };
        let plain = |what: &str, name: &str, kind: FieldType, words: [(&str, &str); 2]| Field {
            id: Some(format!("{}.{name}", part(what))),
            ..bare(name, kind, Label::from(words))
        };
        let balance = |what: &str| Field {
            target: Some(register.name.clone()),
            inverse: Some(format!("{what}s")),
            ..plain(what, "balance", FieldType::Link, [("en", "Balance"), ("ru", "Остаток")])
        };
        let mut entities: Vec<String> = Vec::new();
        for posting in &self.postings {
            if !entities.contains(&posting.entity) {
                entities.push(posting.entity.clone());
            }
        }
        let choices = self.postings.iter().map(|posting| Choice {
            id: Some(posting.id.clone().unwrap_or_else(|| posting.name.clone())),
            value: posting.name.clone(),
            label: posting.label.clone(),
            color: None,
        });
        let mut moved = vec![
            plain("movement", "date", FieldType::Date, [("en", "Date"), ("ru", "Дата")]),
            Field {
                choices: Some(choices.collect()),
                ..plain("movement", "posting", FieldType::Choice, [("en", "Posting"), ("ru", "Проводка")])
            },
            Field {
                targets: Some(entities),
                ..plain("movement", "record", FieldType::AnyLink, [("en", "Record"), ("ru", "Запись")])
            },
        ];
        moved.extend(dimensions("movement"));
        moved.extend(resources("movement"));
        moved.push(balance("movement"));
        let mut turned = vec![plain("turnover", "period", FieldType::Date, [("en", "Period"), ("ru", "Период")])];
        turned.extend(dimensions("turnover"));
        for resource in &self.resources {
            for (suffix, en, ru) in TURNOVER_PARTS {
                let label = resource.label.or_name(&resource.name);
                // The word that tells them apart comes first: a narrow column shows no more.
                let words = |language: &str, word: &str| format!("{word}: {}", label.text(language));
                let what = format!("turnover_{suffix}");
                turned.push(Field {
                    id: Some(of(&id, &resource.name, resource.id.as_deref(), &what)),
                    name: format!("{}_{suffix}", resource.name),
                    label: Label::from([("en", &*words("en", en)), ("ru", &*words("ru", ru))]),
                    ..resource.field()
                });
            }
        }
        turned.push(balance("turnover"));
        let told = |en: &str, ru: &str| {
            let words = |language: &str, word: &str| format!("{word} ({})", plural.text(language));
            Label::from([("en", &*words("en", en)), ("ru", &*words("ru", ru))])
        };
        let mut balances = dimensions("");
        balances.extend(resources(""));
        let title = self.dimensions.iter().find(|one| one.kind != FieldType::Boolean).map(|one| one.name.clone());
        let links = self.dimensions.iter().filter(|one| matches!(one.kind, FieldType::Link | FieldType::User));
        let links: Vec<Vec<String>> = links.map(|one| vec![one.name.clone()]).collect();
        let indexes = |first: &str| -> Vec<Vec<String>> {
            let own = [vec!["balance".to_owned(), first.to_owned()], vec![first.to_owned()]];
            own.into_iter().chain(links.clone()).collect()
        };
        let movements = entity(
            "movement",
            self.movements_name(&register.name),
            told("Movement", "Движение"),
            told("Movements", "Движения"),
            moved,
        );
        let turnovers = entity(
            "turnover",
            self.turnovers_name(&register.name),
            told("Turnover", "Оборот"),
            told("Turnovers", "Обороты"),
            turned,
        );
        let described = register.description.clone();
        Expanded {
            balances: Entity {
                title: title.clone(),
                description: described,
                indexes: links.clone(),
                ..entity("", register.name.clone(), label.clone(), plural, balances)
            },
            movements: Entity { title: Some("date".to_owned()), indexes: indexes("date"), ..movements },
            turnovers: Entity { title: Some("period".to_owned()), indexes: indexes("period"), ..turnovers },
        }
    }
}

/// The identity of the field of a dimension or a resource; one that has none yet is known by its name.
fn of(register: &str, name: &str, id: Option<&str>, what: &str) -> String {
    let own = id.map_or_else(|| derived(register, name), str::to_owned);
    if what.is_empty() { own } else { derived(&own, what) }
}

impl Dimension {
    /// Gives the field that keeps its values.
    pub fn field(&self) -> Field {
        Field {
            target: self.target.clone(),
            choices: self.choices.clone(),
            choice_set: self.choice_set.clone(),
            inverse: self.inverse.clone(),
            ..bare(&self.name, self.kind, self.label.clone())
        }
    }
}

impl Resource {
    /// Gives the field that keeps its values.
    pub fn field(&self) -> Field {
        Field { scale: self.scale, currency: self.currency.clone(), ..bare(&self.name, self.kind, self.label.clone()) }
    }
}

fn bare(name: &str, kind: FieldType, label: Label) -> Field {
    Field {
        name: name.to_owned(),
        id: None,
        label,
        description: Label::default(),
        kind,
        required: false,
        default: None,
        unique: false,
        searchable: false,
        audit_reads: false,
        max_length: None,
        pattern: None,
        sequence: None,
        gapless: false,
        min: None,
        max: None,
        precision: None,
        scale: None,
        currency: None,
        choices: None,
        choice_set: None,
        target: None,
        targets: None,
        inverse: None,
        on_delete: None,
        formula: None,
        show: None,
        require: None,
        lock: None,
        options: None,
    }
}
