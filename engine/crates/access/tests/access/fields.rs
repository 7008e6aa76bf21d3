//! Which fields are read, written and shown as a trace, and on which of the open records.

use access::Operation::{self, Create, Delete, Export, Read, Update};
use access::Reach;

use crate::company::{deal, field, id, with};

fn reach(roles: &[&str], entity: &str, operation: Operation, name: &str) -> Reach {
    with(roles).grant(&id(entity), operation).unwrap().reach(field(entity, name))
}

fn shows(roles: &[&str], entity: &str, name: &str) -> Reach {
    with(roles).read(&id(entity)).unwrap().shows(field(entity, name))
}

#[test]
fn a_role_says_less_of_a_field_than_of_its_record() {
    let cases = [
        // Field, whether it is read, written, and at least a trace of it shown.
        ("title", true, true, true),
        ("stage", true, false, true),
        ("phone", false, false, true),
        ("cost", false, false, false),
        // The trace of a relation or of a secret would be the whole of it.
        ("account", false, false, false),
        ("code", false, false, false),
    ];
    for (name, read, write, trace) in cases {
        let is = |allowed: bool| if allowed { Reach::All } else { Reach::None };
        for operation in [Read, Delete, Export] {
            assert_eq!(reach(&["own"], "deal", operation, name), is(read), "{operation:?} {name}");
        }
        for operation in [Create, Update] {
            assert_eq!(reach(&["own"], "deal", operation, name), is(write), "{operation:?} {name}");
        }
        assert_eq!(shows(&["own"], "deal", name), is(trace), "shown {name}");
        let grant = |operation: Operation| with(&["own"]).grant(&id("deal"), operation).unwrap();
        assert_eq!(grant(Read).allows(field("deal", name)), read);
        assert_eq!(grant(Update).allows(field("deal", name)), write);
    }
}

#[test]
fn a_list_of_open_fields_closes_the_others() {
    let written = |name: &str| reach(&["listed"], "deal", Update, name);
    let read = |name: &str| reach(&["listed"], "deal", Read, name);
    assert_eq!((read("title"), written("title")), (Reach::All, Reach::All));
    assert_eq!((read("phone"), written("phone")), (Reach::All, Reach::None));
    assert_eq!((read("cost"), written("cost")), (Reach::None, Reach::None));
    assert_eq!((read("owner"), written("owner")), (Reach::All, Reach::All), "what every record has is not in the list");
}

#[test]
fn of_two_roles_each_opens_a_field_where_it_opens_the_record() {
    let (mine, small) = (deal().amounts_to(500), deal().of_somebody().amounts_to(5));
    // `own` hides the cost, `small` the title.
    let (cost, title) =
        (reach(&["own", "small"], "deal", Read, "cost"), reach(&["own", "small"], "deal", Read, "title"));
    assert!(!mine.is_reached(&cost) && small.is_reached(&cost));
    assert!(mine.is_reached(&title) && !small.is_reached(&title));
    assert_eq!(
        reach(&["own", "small"], "deal", Read, "amount"),
        Reach::All,
        "what both open is open wherever a record is"
    );
    assert_eq!(shows(&["own", "small"], "deal", "phone"), Reach::All, "one reads it, of the other there is a trace");
    let phone = reach(&["own", "small"], "deal", Read, "phone");
    assert!(!mine.is_reached(&phone) && small.is_reached(&phone));
    assert_eq!(
        reach(&["own", "any"], "deal", Read, "cost"),
        Reach::All,
        "a role that opens all records opens it on all"
    );
    assert!(with(&["own", "small"]).read(&id("deal")).unwrap().allows(field("deal", "cost")), "some is more than none");
}

#[test]
fn only_roles_that_open_the_operation_speak_of_its_fields() {
    assert_eq!(reach(&["own", "same"], "deal", Update, "cost"), Reach::None, "`same` changes nothing");
    assert!(matches!(reach(&["own", "same"], "deal", Read, "cost"), Reach::Some(_)), "though it reads");
}

#[test]
fn a_record_has_an_identity_and_a_version_for_everybody() {
    for name in ["id", "version"] {
        assert_eq!(reach(&["any"], "deal", Read, name), Reach::All, "{name}");
        assert_eq!(shows(&["any"], "deal", name), Reach::All, "{name}");
    }
    assert_eq!(reach(&["any"], "deal", Read, "created_at"), Reach::None, "the others can be hidden");
    assert_eq!(shows(&["any"], "deal", "created_at"), Reach::None);
}

#[test]
fn what_the_product_writes_nobody_writes() {
    for roles in [&["administrator"][..], &["own"]] {
        assert_eq!(reach(roles, "deal", Update, "created_at"), Reach::None);
        assert_eq!(reach(roles, "deal", Create, "id"), Reach::None, "not even an identity");
        assert_eq!(reach(roles, "deal", Read, "created_at"), Reach::All);
    }
}

#[test]
fn a_password_is_written_and_never_read() {
    for roles in [&["administrator"][..], &["managing"]] {
        for operation in [Read, Delete, Export] {
            assert_eq!(reach(roles, "user", operation, "password"), Reach::None, "{operation:?}");
        }
        for operation in [Create, Update] {
            assert_eq!(reach(roles, "user", operation, "password"), Reach::All, "{operation:?}");
        }
        assert_eq!(shows(roles, "user", "password"), Reach::None);
        assert_eq!(shows(roles, "user", "name"), Reach::All);
    }
}

#[test]
fn a_calculated_field_is_open_where_all_that_it_is_made_of_is() {
    let read = |roles: &[&str], name: &str| reach(roles, "offer", Read, name);
    for name in ["gain", "twice"] {
        assert_eq!(read(&["offering"], name), Reach::None, "{name}: the cost is closed");
        assert_eq!(shows(&["offering"], "offer", name), Reach::None, "{name} leaves no trace");
        assert_eq!(reach(&["offering"], "offer", Export, name), Reach::None);
        assert_eq!(reach(&["offering"], "offer", Update, name), Reach::None, "nobody writes {name}");
        assert_eq!(reach(&["administrator"], "offer", Read, name), Reach::All);
        // One role hides the cost, the other opens it on one's own.
        let both = read(&["offering", "costing"], name);
        assert!(deal().is_reached(&both) && !deal().of_somebody().is_reached(&both), "{name}");
        assert_eq!(shows(&["offering", "costing"], "offer", name), both);
    }
    assert!(matches!(read(&["costing"], "gain"), Reach::All), "on all records that are open");
    // One role opens the amount, another the cost: the gain is open where both do.
    let gain = read(&["small_amounts", "own_costs"], "gain");
    assert!(deal().amounts_to(1).is_reached(&gain));
    assert!(!deal().amounts_to(9).is_reached(&gain) && !deal().of_somebody().amounts_to(1).is_reached(&gain));
    assert_eq!((read(&["masking"], "gain"), shows(&["masking"], "offer", "gain")), (Reach::None, Reach::None));
    assert_eq!((read(&["no_gain"], "gain"), read(&["no_gain"], "twice")), (Reach::None, Reach::None));
    assert_eq!(read(&["no_gain"], "cost"), Reach::All);
    assert_eq!(read(&["no_gain"], "id_length"), Reach::All, "a version is everybody's");
}
