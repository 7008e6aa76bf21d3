//! Reads of the records of users that sign-in needs before there is anybody whose rights could be asked.

use sql::{ColumnType, Dialect, Statement};
use uuid::Uuid;

use super::{integer, places, statement, text, uuid};

/// Physical names of the entities `user` and `role`, as the catalog has them.
#[derive(Debug, Clone)]
pub struct Names {
    /// Table of users.
    pub users: String,
    /// Column of the address.
    pub email: String,
    /// Column of the name.
    pub name: String,
    /// Column of the language.
    pub language: String,
    /// Column of the time zone.
    pub time_zone: String,
    /// Column that says whether the user may sign in.
    pub is_active: String,
    /// Junction of users and their roles.
    pub user_roles: String,
    /// Table of roles.
    pub roles: String,
    /// Column of a role's name.
    pub role_name: String,
}

/// Columns of the answers about a person: user, email, name, language, time zone, role; a row for each role, one without
/// when none.
const PERSON: [ColumnType; 6] =
    [ColumnType::Uuid, ColumnType::Text, ColumnType::Text, ColumnType::Text, ColumnType::Text, ColumnType::Text];

impl Names {
    fn person(&self) -> String {
        let Self { email, name, language, time_zone, role_name, .. } = self;
        format!(r#"u."id", u."{email}", u."{name}", u."{language}", u."{time_zone}", r."{role_name}""#)
    }

    fn roles_of_person(&self) -> String {
        let Self { user_roles, roles, .. } = self;
        format!(
            r#"LEFT JOIN "{user_roles}" j ON j."source" = u."id"
               LEFT JOIN "{roles}" r ON r."id" = j."target" AND r."deleted_at" IS NULL"#
        )
    }

    fn live(&self) -> String {
        format!(r#"u."{}" AND u."deleted_at" IS NULL"#, self.is_active)
    }
}

/// Finds the active user with this address, which is written as addresses are stored.
pub fn by_email(names: &Names, email: &str) -> Statement {
    let (person, roles, live) = (names.person(), names.roles_of_person(), names.live());
    let Names { users, email: column, .. } = names;
    let sql = format!(r#"SELECT {person} FROM "{users}" u {roles} WHERE u."{column}" = $1 AND {live}"#);
    statement(&sql, [text(email)], &PERSON)
}

/// Finds the user with this address, active or not: its identity.
pub fn any_by_email(names: &Names, email: &str) -> Statement {
    let Names { users, email: column, .. } = names;
    let sql = format!(r#"SELECT u."id" FROM "{users}" u WHERE u."{column}" = $1 AND u."deleted_at" IS NULL"#);
    statement(&sql, [text(email)], &[ColumnType::Uuid])
}

/// Finds the active user with this identity.
pub fn by_id(dialect: Dialect, names: &Names, id: Uuid) -> Statement {
    let (person, roles, live) = (names.person(), names.roles_of_person(), names.live());
    let sql = format!(r#"SELECT {person} FROM "{}" u {roles} WHERE u."id" = $1 AND {live}"#, names.users);
    statement(&sql, [uuid(dialect, id)], &PERSON)
}

/// Finds the active user of a live session: the person's columns, then the session, its hash, the moments it was made,
/// last used, ends and was last confirmed at, the roles its user had, how many second factors the user has, and the
/// settings of signing in. A token that was renewed after `renewed_after` is still known.
pub fn by_session(names: &Names, hash: &str, renewed_after: i64, now: i64) -> Statement {
    let (person, roles, live) = (names.person(), names.roles_of_person(), names.live());
    let sql = format!(
        r#"SELECT {person}, s.id, s.hash, s.created_at, s.last_used_at, s.expires_at, s.confirmed_at, s.roles,
             (SELECT COUNT(*) FROM verstak_factor f WHERE f.user_id = s.user_id AND f.confirmed_at IS NOT NULL),
             (SELECT value FROM verstak_setting WHERE name = 'security')
           FROM verstak_session s JOIN "{}" u ON u."id" = s.user_id {roles}
           WHERE (s.hash = $1 OR (s.former_hash = $1 AND s.renewed_at > $2)) AND s.expires_at > $3 AND {live}"#,
        names.users
    );
    let more = [
        ColumnType::Uuid,
        ColumnType::Text,
        ColumnType::Integer,
        ColumnType::Integer,
        ColumnType::Integer,
        ColumnType::Integer,
        ColumnType::Text,
        ColumnType::Integer,
        ColumnType::Text,
    ];
    statement(&sql, [text(hash), integer(renewed_after), integer(now)], &[&PERSON[..], &more].concat())
}

/// Finds the active user of a live token: the person's columns, then token and the moment it was last used.
pub fn by_token(names: &Names, hash: &str, now: i64) -> Statement {
    let (person, roles, live) = (names.person(), names.roles_of_person(), names.live());
    let sql = format!(
        r#"SELECT {person}, t.id, t.last_used_at FROM verstak_token t JOIN "{}" u ON u."id" = t.user_id {roles}
           WHERE t.hash = $1 AND (t.expires_at IS NULL OR t.expires_at > $2) AND {live}"#,
        names.users
    );
    let columns = [&PERSON[..], &[ColumnType::Uuid, ColumnType::Integer]].concat();
    statement(&sql, [text(hash), integer(now)], &columns)
}

/// Counts the active users who have a role.
pub fn count_with_role(names: &Names, role: &str) -> Statement {
    let Names { users, user_roles, roles, role_name, .. } = names;
    let live = names.live();
    let sql = format!(
        r#"SELECT COUNT(DISTINCT u."id") FROM "{users}" u JOIN "{user_roles}" j ON j."source" = u."id"
           JOIN "{roles}" r ON r."id" = j."target" WHERE r."{role_name}" = $1 AND r."deleted_at" IS NULL AND {live}"#
    );
    statement(&sql, [text(role)], &[ColumnType::Integer])
}

/// Reads how people are called: identity, address, name.
pub fn called(dialect: Dialect, names: &Names, ids: &[Uuid]) -> Statement {
    let Names { users, email, name, .. } = names;
    let sql = format!(
        r#"SELECT u."id", u."{email}", u."{name}" FROM "{users}" u WHERE u."id" IN ({})"#,
        places(ids.len(), 0)
    );
    let values = ids.iter().map(|id| uuid(dialect, *id));
    statement(&sql, values, &[ColumnType::Uuid, ColumnType::Text, ColumnType::Text])
}
