//! System entities: documents like any other, built into the product, with what documents cannot say.

use std::sync::LazyLock;

use schemas::{Body, Document, Kind, Label};

pub use schemas::document::ATTRIBUTES;

/// What the product says about one of its entities beside its document.
#[derive(Debug)]
pub struct SystemEntity {
    /// Name and identity.
    pub name: &'static str,
    /// The built-in document.
    pub text: &'static str,
    /// Field by whose value a record may be named in place of its id.
    pub key: Option<&'static str>,
    /// Whether only the product writes its records.
    pub read_only: bool,
    /// Whether a role's `*` opens it for reading; the others have to be named.
    pub in_default: bool,
    /// Fields that only the product writes.
    pub read_only_fields: &'static [&'static str],
    /// Fields that hold the identity of a record of any entity.
    pub identity_fields: &'static [&'static str],
    /// Fields that are written and never read.
    pub write_only_fields: &'static [&'static str],
}

/// The entity of targets, whose field `measure` is one of the measures.
pub const MEASURE_TARGET: &str = "measure_target";

/// All system entities, by name.
pub static ENTITIES: [SystemEntity; 10] = [
    SystemEntity {
        name: "audit_event",
        text: include_str!("../../../../schemas/system/audit_event.json"),
        key: None,
        read_only: true,
        in_default: false,
        read_only_fields: &[],
        identity_fields: &[],
        write_only_fields: &[],
    },
    SystemEntity {
        name: "file",
        text: include_str!("../../../../schemas/system/file.json"),
        key: None,
        read_only: false,
        in_default: true,
        read_only_fields: &["name", "size", "type"],
        identity_fields: &[],
        write_only_fields: &[],
    },
    SystemEntity {
        name: MEASURE_TARGET,
        text: include_str!("../../../../schemas/system/measure_target.json"),
        key: None,
        read_only: false,
        in_default: false,
        read_only_fields: &["whose"],
        identity_fields: &[],
        write_only_fields: &[],
    },
    SystemEntity {
        name: "notification",
        text: include_str!("../../../../schemas/system/notification.json"),
        key: None,
        read_only: true,
        in_default: false,
        read_only_fields: &[],
        identity_fields: &["record"],
        write_only_fields: &[],
    },
    SystemEntity {
        name: "record_share",
        text: include_str!("../../../../schemas/system/record_share.json"),
        key: None,
        read_only: true,
        in_default: false,
        read_only_fields: &[],
        identity_fields: &["record"],
        write_only_fields: &[],
    },
    SystemEntity {
        name: "revision",
        text: include_str!("../../../../schemas/system/revision.json"),
        key: None,
        read_only: true,
        in_default: false,
        read_only_fields: &[],
        identity_fields: &[],
        write_only_fields: &[],
    },
    SystemEntity {
        name: "role",
        text: include_str!("../../../../schemas/system/role.json"),
        key: Some("name"),
        read_only: true,
        in_default: true,
        read_only_fields: &[],
        identity_fields: &[],
        write_only_fields: &[],
    },
    SystemEntity {
        name: "sent_message",
        text: include_str!("../../../../schemas/system/sent_message.json"),
        key: None,
        read_only: true,
        in_default: false,
        read_only_fields: &[],
        identity_fields: &["record"],
        write_only_fields: &[],
    },
    SystemEntity {
        name: "team",
        text: include_str!("../../../../schemas/system/team.json"),
        key: None,
        read_only: false,
        in_default: true,
        read_only_fields: &["above"],
        identity_fields: &[],
        write_only_fields: &[],
    },
    SystemEntity {
        name: "user",
        text: include_str!("../../../../schemas/system/user.json"),
        key: None,
        read_only: false,
        in_default: true,
        read_only_fields: &[],
        identity_fields: &[],
        write_only_fields: &["password"],
    },
];

static DOCUMENTS: LazyLock<Vec<schemas::Entity>> = LazyLock::new(|| ENTITIES.iter().map(read).collect());

/// Gives the documents of the system entities, in the order of their names.
pub fn documents() -> &'static [schemas::Entity] {
    &DOCUMENTS
}

/// Finds what the product says about a system entity.
pub fn find(name: &str) -> Option<(&'static SystemEntity, &'static schemas::Entity)> {
    let at = ENTITIES.iter().position(|entity| entity.name == name)?;
    Some((&ENTITIES[at], &DOCUMENTS[at]))
}

fn read(entity: &SystemEntity) -> schemas::Entity {
    let json = serde_json::from_str(entity.text).expect("system documents are JSON");
    match Document::stored(Kind::Entity, json).expect("system documents follow the types").body {
        Body::Entity(document) => document,
        _ => unreachable!("read as an entity"),
    }
}

/// Gives the label of a system attribute.
pub fn attribute_label(name: &str) -> Label {
    match name {
        "id" => Label::from([("en", "Identifier"), ("ru", "Идентификатор")]),
        "created_at" => Label::from([("en", "Created at"), ("ru", "Создана")]),
        "created_by" => Label::from([("en", "Created by"), ("ru", "Кто создал")]),
        "updated_at" => Label::from([("en", "Updated at"), ("ru", "Изменена")]),
        "updated_by" => Label::from([("en", "Updated by"), ("ru", "Кто изменил")]),
        "owner" => Label::from([("en", "Owner"), ("ru", "Ответственный")]),
        "version" => Label::from([("en", "Version"), ("ru", "Версия")]),
        _ => Label::from([("en", "Deleted at"), ("ru", "Удалена")]),
    }
}
