//! Secrets, encrypted before they reach a statement, each bound to its place.

use std::sync::Arc;

use catalog::FieldKind;
use expression::Value;

use super::save::Set;
use crate::{Context, Error};

/// Encrypts the given values of secret fields.
pub(crate) fn hide_secrets(ctx: &Context, set: &mut Set) -> Result<(), Error> {
    let entity = set.entity().clone();
    for field in entity.fields.iter().filter(|field| matches!(field.kind, FieldKind::Secret)) {
        for (command, after) in std::iter::zip(&set.commands, &mut set.after) {
            if let Some(Value::Text(plain)) = after.values.get(&field.id) {
                let place = format!("{}/{}/{}", entity.id, command.id, field.id);
                let sealed = ctx.engine.secrets().seal(&place, plain.as_bytes())?;
                after.values.insert(field.id.clone(), Value::Bytes(Arc::from(sealed)));
            }
        }
    }
    Ok(())
}
