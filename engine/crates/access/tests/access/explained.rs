//! Why somebody may or may not: the rules in the order in which they are tried.

use access::Operation::{Create, Delete, Export, Read, Share, Update};
use access::{Access, Operation, Reason, Source};
use catalog::Permission;

use crate::company::{catalog, entity, with};

/// Each rule as `who: what`.
fn rules(roles: &[&str], name: &str, operation: Operation) -> Vec<String> {
    let tried = with(roles).rules(entity(name), operation);
    let words = tried.iter().map(|tried| {
        let who = match &tried.source {
            Source::Entity => "everybody".to_owned(),
            Source::Role(role) => role.clone(),
            Source::Sharing => "shared".to_owned(),
        };
        let what = match &tried.rule {
            Permission::Always => "always",
            Permission::Never => "never",
            Permission::When(_) if tried.source == Source::Sharing => "when shared",
            Permission::When(condition) => &condition.text,
        };
        assert_eq!(tried.condition().is_some(), matches!(tried.rule, Permission::When(_)));
        assert_eq!(
            tried.condition().map(|it| &it.text),
            match &tried.rule {
                Permission::When(condition) => Some(&condition.text),
                _ => None,
            }
        );
        format!("{who}: {what}")
    });
    words.collect()
}

#[test]
fn first_what_holds_for_everybody_then_each_role_then_sharing() {
    assert_eq!(
        rules(&["own", "small", "drawing"], "deal", Read),
        ["everybody: !archived", "own: owner == user", "small: amount < 10", "drawing: never", "shared: when shared"]
    );
    assert_eq!(
        rules(&["own", "small"], "deal", Update),
        ["everybody: stage != \"won\"", "own: owner == user", "small: always", "shared: when shared"]
    );
}

#[test]
fn sharing_is_no_rule_where_it_opens_nothing_more() {
    assert_eq!(rules(&["any"], "deal", Read), ["everybody: !archived", "any: always"], "all is open");
    assert_eq!(rules(&["drawing"], "deal", Read), ["everybody: !archived", "drawing: never"], "nothing ever is");
    assert_eq!(rules(&["own"], "deal", Delete), ["everybody: amount == 0", "own: owner == user"]);
    assert_eq!(rules(&["own"], "deal", Create), ["everybody: amount < 1000", "own: always"]);
    assert_eq!(rules(&["own"], "deal", Export), ["everybody: cost == ()", "own: owner == user"]);
    assert_eq!(rules(&["own"], "deal", Share), ["own: owner == user"]);
    assert_eq!(rules(&["accounts"], "account", Read), ["accounts: city == \"Paris\""], "nobody shares accounts");
}

#[test]
fn an_administrator_is_asked_nothing_else() {
    for operation in Operation::ALL {
        assert_eq!(rules(&["own", "administrator"], "deal", operation), ["administrator: always"], "{operation:?}");
        let expected =
            if matches!(operation, Read | Export) { "administrator: always" } else { "administrator: never" };
        assert_eq!(rules(&["administrator"], "audit_event", operation), [expected], "{operation:?} of the audit");
    }
}

#[test]
fn what_the_product_writes_no_role_opens() {
    assert_eq!(rules(&["managing"], "audit_event", Read), ["managing: always"]);
    assert_eq!(rules(&["managing"], "audit_event", Create), ["managing: never"], "though it was granted");
    assert_eq!(rules(&["managing"], "user", Create), ["managing: always"]);
}

#[test]
fn the_engine_has_no_rules_to_try() {
    assert!(Access::system(Reason::SignIn, catalog()).rules(entity("deal"), Read).is_empty());
    assert!(rules(&[], "task", Read).is_empty(), "nor has who has no role");
}
