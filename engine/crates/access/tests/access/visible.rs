//! What may be known of: names that are hidden look like names that are not there.

use access::AccessScope;
use expression::{Expected, Scope, check};

use crate::company::{entity, id, with};

fn names(fields: &[&catalog::Field]) -> Vec<String> {
    let own = fields.iter().filter(|field| !field.is_attribute());
    own.map(|field| field.name.clone()).collect()
}

fn read(roles: &[&str], name: &str) -> Vec<String> {
    names(&with(roles).fields(entity(name)))
}

fn shown(roles: &[&str], name: &str) -> Vec<String> {
    names(&with(roles).shown(entity(name)))
}

#[test]
fn of_a_closed_entity_nothing_is_known() {
    let access = with(&["accounts"]);
    assert!(access.fields(entity("deal")).is_empty() && access.shown(entity("deal")).is_empty());
    assert!(access.field(entity("deal"), "title").is_none() && access.shown_field(entity("deal"), "title").is_none());
}

#[test]
fn fields_are_known_as_far_as_a_role_opens_them() {
    assert_eq!(read(&["own"], "deal"), ["title", "stage", "amount", "archived", "items"]);
    assert_eq!(shown(&["own"], "deal"), ["title", "stage", "amount", "phone", "archived", "items"]);
    let (access, deal) = (with(&["own"]), entity("deal"));
    assert_eq!(access.field(deal, "title").map(|field| field.name.as_str()), Some("title"));
    assert!(access.field(deal, "phone").is_none(), "a trace is not the value");
    assert_eq!(access.shown_field(deal, "phone").map(|field| field.name.as_str()), Some("phone"));
    assert!(access.shown_field(deal, "cost").is_none() && access.field(deal, "cost").is_none());
    assert!(access.field(deal, "nothing").is_none() && access.shown_field(deal, "nothing").is_none());
    assert!(access.fields(deal).iter().any(|field| field.name == "id"));
}

#[test]
fn relations_to_many_are_hidden_with_what_they_lead_to() {
    let all = read(&["any"], "deal");
    assert!(["account", "topics", "items"].iter().all(|name| all.contains(&(*name).to_owned())), "{all:?}");
    let (access, deal) = (with(&["trusting"]), entity("deal"));
    assert!(access.field(deal, "account").is_some(), "a link keeps the identity of what is closed");
    for name in ["topics", "items"] {
        assert!(access.field(deal, name).is_none() && access.shown_field(deal, name).is_none(), "{name}");
        assert!(!read(&["trusting"], "deal").contains(&name.to_owned()));
        assert!(!shown(&["trusting"], "deal").contains(&name.to_owned()));
    }
}

#[test]
fn the_far_side_of_a_link_is_hidden_with_the_link() {
    assert!(read(&["any"], "account").contains(&"deals".to_owned()));
    assert!(!read(&["accounts"], "account").contains(&"deals".to_owned()), "deals are closed");
    assert!(!read(&["listed"], "account").contains(&"deals".to_owned()), "deals are open, their link is not");
    let access = with(&["listed"]);
    assert!(access.field(entity("account"), "deals").is_none());
    assert!(access.shown_field(entity("account"), "deals").is_none());
}

#[test]
fn the_scope_of_an_expression_is_what_may_be_known() {
    let access = with(&["own"]);
    let scope = AccessScope::of_record(&access, &id("deal"));
    assert_eq!(scope.record(), Some(id("deal")));
    assert_eq!(scope.user(), Some(id("user")));
    assert_eq!(scope.entity("deal"), Some(id("deal")));
    assert_eq!(scope.entity("account"), None, "it is closed");
    assert_eq!(scope.entity_name(&id("deal")).as_deref(), Some("deal"));
    assert_eq!(scope.entity_name(&id("account")), None);
    let member = scope.member(&id("deal"), "title").unwrap();
    assert_eq!((&*member.field.name, &member.field.entity), ("title", &id("deal")));
    assert!(scope.member(&id("deal"), "cost").is_none() && scope.member(&id("deal"), "phone").is_none());
    assert!(scope.member(&id("account"), "name").is_none());
    let names = scope.names(&id("deal"));
    assert!(names.contains(&"title".to_owned()) && !names.contains(&"cost".to_owned()), "{names:?}");
    assert!(scope.names(&catalog::EntityId::new("nothing")).is_empty());
}

#[test]
fn a_secret_is_held_or_not_and_never_compared() {
    let access = with(&["trusting"]);
    assert!(access.field(entity("deal"), "code").is_some());
    let scope = AccessScope::of_record(&access, &id("deal"));
    assert!(scope.member(&id("deal"), "code").is_none());
    assert!(!scope.names(&id("deal")).contains(&"code".to_owned()));
}

#[test]
fn an_expression_is_known_with_all_that_it_reads() {
    let all = with(&["any"]);
    let checked = |text: &str| check(text, &AccessScope::of_record(&all, &id("deal")), &Expected::Anything).unwrap();
    let knows = |roles: &[&str], text: &str| with(roles).knows(&checked(text));
    assert!(knows(&["own"], "title == \"a\" && amount > 5"));
    assert!(!knows(&["own"], "title == \"a\" && cost > 5"), "the cost is hidden");
    assert!(!knows(&["own"], "phone == ()"), "and of a telephone there is a trace only");
    assert!(knows(&["any"], "account.name == title"));
    assert!(!knows(&["trusting"], "account.name == title"), "accounts are closed");
    assert!(knows(&["listed"], "title == ()") && !knows(&["listed"], "account.name == ()"));
    assert!(knows(&["own"], "1 + 1 == 2"), "what reads nothing hides nothing");
}

#[test]
fn of_what_is_made_of_hidden_names_nothing_is_known() {
    let calculated = |roles: &[&str]| -> Vec<String> {
        let names = read(roles, "offer").into_iter();
        names.filter(|name| ["gain", "twice", "town", "id_length"].contains(&name.as_str())).collect()
    };
    assert_eq!(calculated(&["administrator"]), ["gain", "twice", "town", "id_length"]);
    assert_eq!(calculated(&["offering"]), ["id_length"], "the cost is hidden, and accounts are closed");
    assert_eq!(calculated(&["costing"]), ["gain", "twice", "town", "id_length"]);
    assert_eq!(calculated(&["no_towns"]), ["gain", "twice", "id_length"], "of accounts the city is hidden");
    assert_eq!(calculated(&["no_gain"]), ["id_length"]);
    let (access, offer) = (with(&["offering"]), entity("offer"));
    assert!(access.field(offer, "gain").is_none() && access.shown_field(offer, "gain").is_none());
    let scope = AccessScope::of_record(&access, &id("offer"));
    assert!(check("gain > 1", &scope, &Expected::Condition).is_err());
}
