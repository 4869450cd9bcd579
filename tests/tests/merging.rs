//! Plain data is saved: the session's own objects take its values, and what is not there is added.

use orm_core::prelude::*;
use orm_core::value::{ColumnType, ConversionError, SqlType, Value};
use orm_core::{Error, ObjectState};
use planning_demo::models::{ContactDetails, Department, Employee, Project};
use tests::{Database, company, statements};

const FIND_DEPARTMENT: &str =
    "SELECT `departments`.`id`, `departments`.`name` FROM `departments` WHERE `departments`.`id` IN (?)";

fn handle<M: Model<Key = i32>>(session: &Session, key: i32) -> Handle<M> {
    session.find::<M>(key).expect("an answer").expect("the object is there").handle()
}

fn department(id: impl Into<Auto<i32>>, name: &str) -> Department {
    Department { id: id.into(), name: name.into(), ..Default::default() }
}

fn employee(id: impl Into<Auto<i32>>, firstname: &str, lastname: &str) -> Employee {
    Employee { id: id.into(), firstname: firstname.into(), lastname: lastname.into(), ..Default::default() }
}

/// Whether the session has nothing to write.
fn is_clean(session: &Session) -> bool {
    session.pending().expect("a plan can be made").is_empty()
}

#[test]
fn an_object_without_a_key_is_added_and_nothing_is_asked() -> orm_core::Result<()> {
    // unit-of-work 140, 155
    let (database, mut session) = company();
    let (sales, sent) = statements(|| session.merge(department(Auto::unset(), "Sales")));
    let sales = sales?;
    assert_eq!(sent, [""; 0]);
    assert_eq!(session.state(sales)?, ObjectState::Pending);
    session.commit()?;
    assert_eq!(session[sales].id.get(), Some(3));
    assert_eq!(database.ask("SELECT name FROM departments WHERE id = 3"), ["Sales"]);
    Ok(())
}

#[test]
fn an_object_that_the_session_has_takes_the_values_without_a_question() -> orm_core::Result<()> {
    // unit-of-work 140
    let (database, mut session) = company();
    let marketing = handle::<Department>(&session, 1);
    let (merged, sent) = statements(|| session.merge(department(1, "Sales")));
    assert_eq!((merged?, sent.len()), (marketing, 0));
    assert_eq!(session[marketing].name, "Sales");
    let (committed, sent) = statements(|| session.commit());
    committed?;
    assert_eq!(sent, ["UPDATE `departments` SET `name` = ? WHERE `id` = ?", "COMMIT"]);
    assert_eq!(database.ask("SELECT name FROM departments ORDER BY id"), ["Sales", "Engineering"]);
    Ok(())
}

#[test]
fn an_object_that_the_session_does_not_have_is_read_and_only_what_differs_is_written() -> orm_core::Result<()> {
    // unit-of-work 140, 141
    let (database, mut session) = company();
    let (john, sent) = statements(|| {
        session.merge(Employee { active: false, department: Some(BelongsTo::key(1)), ..employee(1, "John", "Locke") })
    });
    let john = john?;
    assert_eq!((sent.len(), sent[0].starts_with("SELECT `employees`.`id`, ")), (1, true));
    let changes: Vec<&str> = session.changes(john)?.iter().map(|change| change.field).collect();
    assert_eq!(changes, ["active"]);
    let (flushed, sent) = statements(|| session.flush());
    flushed?;
    assert_eq!(sent, ["UPDATE `employees` SET `active` = ? WHERE `id` = ?"]);
    session.commit()?;
    assert_eq!(database.ask("SELECT firstname, active, department_id FROM employees WHERE id = 1"), ["John | 0 | 1"]);
    Ok(())
}

#[test]
fn an_object_that_is_nowhere_is_added_with_its_key() -> orm_core::Result<()> {
    // unit-of-work 140
    let (database, mut session) = company();
    let (sales, sent) = statements(|| session.merge(department(7, "Sales")));
    let sales = sales?;
    assert_eq!(sent, [FIND_DEPARTMENT]);
    assert_eq!(session.state(sales)?, ObjectState::Pending);
    session.commit()?;
    assert_eq!(database.ask("SELECT id, name FROM departments WHERE id > 2"), ["7 | Sales"]);
    assert_eq!(handle::<Department>(&session, 7), sales);
    Ok(())
}

#[test]
fn what_is_the_same_is_not_written() -> orm_core::Result<()> {
    let (_database, mut session) = company();
    let marketing = session.merge(department(1, "Marketing"))?;
    assert!(!session.is_modified(marketing)? && is_clean(&session));
    Ok(())
}

#[test]
fn none_is_copied() -> orm_core::Result<()> {
    // unit-of-work 141
    let (database, mut session) = company();
    session.merge(Project { id: 1.into(), name: "Project 1".into(), ..Default::default() })?;
    session.merge(employee(1, "John", "Locke"))?;
    session.commit()?;
    let project = "SELECT name, description, due_date FROM projects WHERE id = 1";
    assert_eq!(database.ask(project), ["Project 1 | NULL | NULL"]);
    assert_eq!(database.ask("SELECT department_id FROM employees WHERE id = 1"), ["NULL"]);
    Ok(())
}

#[test]
fn a_required_foreign_key_that_is_not_set_is_left_alone() -> orm_core::Result<()> {
    // unit-of-work 141
    let (database, mut session) = company();
    session.merge(ContactDetails {
        id: 1.into(),
        phone_number: "0".into(),
        address: "there".into(),
        ..Default::default()
    })?;
    session.commit()?;
    assert_eq!(database.ask("SELECT address, employee_id FROM contact_details WHERE id = 1"), ["there | 1"]);
    Ok(())
}

#[test]
fn changes_that_wait_are_overwritten_by_what_is_merged() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let marketing = handle::<Department>(&session, 1);
    session[marketing].name = "changed".into();
    session.merge(department(1, "Marketing"))?;
    assert!(is_clean(&session));
    session[marketing].name = "changed again".into();
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM departments WHERE id = 1"), ["changed again"]);
    Ok(())
}

#[test]
fn an_object_from_an_earlier_transaction_is_read_again_first() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let marketing = handle::<Department>(&session, 1);
    session.commit()?;
    database.run("UPDATE departments SET name = 'Sales' WHERE id = 1");
    let (merged, sent) = statements(|| session.merge(department(1, "Marketing")));
    assert_eq!((merged?, sent), (marketing, vec![FIND_DEPARTMENT.to_owned()]));
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM departments WHERE id = 1"), ["Marketing"]);
    Ok(())
}

#[test]
fn an_object_whose_row_is_gone_is_added_again() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let old = handle::<ContactDetails>(&session, 1);
    session.commit()?;
    database.run("DELETE FROM contact_details WHERE id = 1");
    let new = session.merge(ContactDetails {
        id: 1.into(),
        employee: BelongsTo::key(1),
        phone_number: "0".into(),
        address: "there".into(),
    })?;
    assert_ne!(new, old);
    session.commit()?;
    assert_eq!(database.ask("SELECT address FROM contact_details WHERE id = 1"), ["there"]);
    assert_eq!(handle::<ContactDetails>(&session, 1), new);
    Ok(())
}

#[test]
fn an_object_that_is_to_be_deleted_is_an_error_and_nothing_is_merged() -> orm_core::Result<()> {
    // unit-of-work 140
    let (database, mut session) = company();
    let details = handle::<ContactDetails>(&session, 1);
    let marketing = handle::<Department>(&session, 1);
    session.delete(details);
    let john = Employee {
        department: Some(department(1, "changed").into()),
        contact_details: ContactDetails { id: 1.into(), phone_number: "0".into(), ..Default::default() }.into(),
        ..employee(1, "changed", "changed")
    };
    let (error, sent) = statements(|| session.merge(john).expect_err("the details are to be deleted").to_string());
    assert_eq!(error, "this handle of a `ContactDetails` is of an object that is to be deleted");
    assert_eq!((sent.len(), session[marketing].name.as_str()), (0, "Marketing"));
    session.commit()?;
    assert_eq!(database.ask("SELECT firstname FROM employees WHERE id = 1"), ["John"]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM contact_details"), ["4"]);
    Ok(())
}

#[test]
fn foreign_keys_are_copied_as_keys_and_as_handles() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let sales = session.add(Department::new("Sales"));
    let john = Employee { department: Some(BelongsTo::key(2)), ..employee(1, "John", "Locke") };
    let kate = Employee { department: Some(sales.into()), ..employee(2, "Kate", "Austin") };
    session.merge_all([john, kate])?;
    session.commit()?;
    assert_eq!(database.ask("SELECT department_id FROM employees WHERE id < 3 ORDER BY id"), ["2", "3"]);
    Ok(())
}

#[test]
fn new_objects_in_foreign_keys_are_merged_too() -> orm_core::Result<()> {
    // unit-of-work 142
    let (database, mut session) = company();
    let people = [
        Employee { department: Some(department(2, "Research").into()), ..employee(1, "John", "Locke") },
        Employee { department: Some(department(7, "Sales").into()), ..employee(Auto::unset(), "Hugo", "Reyes") },
        Employee { department: Some(department(Auto::unset(), "Law").into()), ..employee(2, "Kate", "Austin") },
    ];
    let (merged, sent) = statements(|| session.merge_all(people));
    let merged = merged?;
    assert_eq!(sent.iter().map(|sql| sql.matches('?').count()).collect::<Vec<_>>(), [2, 2], "{sent:#?}");
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM departments ORDER BY name"), ["Law", "Marketing", "Research", "Sales"]);
    let department = |session: &Session, merged: Handle<Employee>| {
        session.view(merged).department().map(|d| d.map(|d| d.name.clone()))
    };
    assert_eq!(department(&session, merged[0])?.as_deref(), Some("Research"));
    assert_eq!(department(&session, merged[1])?.as_deref(), Some("Sales"));
    assert_eq!(department(&session, merged[2])?.as_deref(), Some("Law"));
    Ok(())
}

#[test]
fn members_are_merged_with_their_owner() -> orm_core::Result<()> {
    // unit-of-work 142
    let (database, mut session) = company();
    let kate = handle::<Employee>(&session, 2);
    let mut research = department(1, "Research");
    research.employees.push(employee(1, "Jeremy", "Bentham"));
    research.employees.push(employee(9, "Hugo", "Reyes"));
    research.employees.push(employee(Auto::unset(), "Claire", "Littleton"));
    research.employees.push(kate);
    let (merged, sent) = statements(|| session.merge(research));
    let merged = merged?;
    assert_eq!(sent.len(), 2, "{sent:#?}");
    session.commit()?;
    let members = "SELECT id, firstname, lastname FROM employees WHERE department_id = 1 ORDER BY id";
    assert_eq!(
        database.ask(members),
        [
            "1 | Jeremy | Bentham",
            "2 | Kate | Austin",
            "3 | Jack | Shepherd",
            "4 | Ben | Linus",
            "9 | Hugo | Reyes",
            "10 | Claire | Littleton"
        ]
    );
    assert_eq!(session.view(merged).employees()?.len(), 6);
    Ok(())
}

#[test]
fn a_collection_that_is_set_has_the_merged_members_alone() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let mut marketing = department(1, "Marketing");
    marketing.employees.set([employee(1, "John", "Locke"), employee(5, "Sun", "Kwon")]);
    session.merge(marketing)?;
    session.commit()?;
    assert_eq!(
        database.ask("SELECT id, lastname, department_id FROM employees ORDER BY id"),
        ["1 | Locke | 1", "2 | Austin | 2", "3 | Shepherd | NULL", "4 | Linus | NULL", "5 | Kwon | 1"]
    );
    Ok(())
}

#[test]
fn a_one_to_one_object_is_merged_with_its_owner() -> orm_core::Result<()> {
    // unit-of-work 142
    let (database, mut session) = company();
    let details = |id: i32, address: &str| ContactDetails {
        id: id.into(),
        phone_number: "0".into(),
        address: address.into(),
        ..Default::default()
    };
    let people = [
        Employee { contact_details: details(1, "there").into(), ..employee(1, "John", "Locke") },
        Employee { contact_details: details(9, "elsewhere").into(), ..employee(9, "Hugo", "Reyes") },
    ];
    session.merge_all(people)?;
    session.commit()?;
    assert_eq!(
        database.ask("SELECT id, address, employee_id FROM contact_details WHERE phone_number = '0' ORDER BY id"),
        ["1 | there | 1", "9 | elsewhere | 9"]
    );
    Ok(())
}

#[test]
fn linked_objects_are_merged_with_their_owner() -> orm_core::Result<()> {
    // unit-of-work 142
    let (database, mut session) = company();
    let mut project = Project { id: 1.into(), name: "Project 1".into(), ..Default::default() };
    project.employees.extend([employee(1, "John", "Locke"), employee(5, "Sun", "Kwon"), employee(9, "Hugo", "Reyes")]);
    session.merge(project)?;
    session.commit()?;
    assert_eq!(
        database.ask("SELECT employee_id FROM projects_employees WHERE project_id = 1 ORDER BY 1"),
        ["1", "2", "5", "9"]
    );
    assert_eq!(database.ask("SELECT lastname FROM employees WHERE id IN (5, 9) ORDER BY id"), ["Kwon", "Reyes"]);
    Ok(())
}

#[test]
fn two_objects_with_one_key_become_one() -> orm_core::Result<()> {
    // unit-of-work 142
    let (database, mut session) = company();
    let merged = session.merge_all([
        department(1, "first"),
        department(7, "new"),
        department(1, "last"),
        department(7, "newest"),
        department(Auto::unset(), "one"),
        department(Auto::unset(), "another"),
    ])?;
    assert_eq!((merged[0], merged[1]), (merged[2], merged[3]));
    assert_ne!(merged[4], merged[5]);
    session.commit()?;
    assert_eq!(
        database.ask("SELECT name FROM departments ORDER BY id"),
        ["last", "Engineering", "newest", "one", "another"]
    );
    Ok(())
}

#[test]
fn an_object_that_waits_to_be_inserted_is_found_by_its_key() -> orm_core::Result<()> {
    // unit-of-work 142
    let (database, mut session) = company();
    let sales = session.add(department(7, "Sales"));
    assert_eq!(session.merge(department(7, "Law"))?, sales);
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM departments WHERE id > 2"), ["Law"]);
    Ok(())
}

#[test]
fn the_database_is_asked_for_a_thousand_at_a_time() -> orm_core::Result<()> {
    let (database, mut session) = company();
    session.add_many((0..1001).map(|number| Department::new(&number.to_string())));
    session.commit()?;
    let mut session = database.engine().session();
    let all = || (3..=1003).map(|id| department(id, "merged"));
    let (merged, sent) = statements(|| session.merge_all(all()));
    assert_eq!(merged?.len(), 1001);
    assert_eq!(sent.iter().map(|sql| sql.matches('?').count()).collect::<Vec<_>>(), [1000, 1]);
    let (merged, sent) = statements(|| session.merge_all(all()));
    assert_eq!((merged?.len(), sent.len()), (1001, 0));
    session.commit()?;
    assert_eq!(database.ask("SELECT COUNT(*) FROM departments WHERE name = 'merged'"), ["1001"]);
    Ok(())
}

#[test]
fn a_rollback_gives_up_what_was_merged() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let marketing = handle::<Department>(&session, 1);
    let merged = session.merge_all([department(1, "changed"), department(7, "new")])?;
    session.flush()?;
    session.rollback()?;
    assert_eq!((session[marketing].name.as_str(), session.state(merged[1])?), ("Marketing", ObjectState::Gone));
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM departments ORDER BY id"), ["Marketing", "Engineering"]);
    Ok(())
}

#[test]
fn what_was_merged_waits_again_when_the_commit_fails() -> orm_core::Result<()> {
    let (database, mut session) = company();
    let merged = session.merge_all([department(1, "Sales"), department(7, "Law"), department(8, &"x".repeat(51))])?;
    session.commit().expect_err("the name is too long");
    session[merged[2]].name = "short".into();
    session.commit()?;
    assert_eq!(database.ask("SELECT name FROM departments ORDER BY id"), ["Sales", "Engineering", "Law", "short"]);
    Ok(())
}

/// A number that refuses to be read when it is odd.
#[derive(Debug, Clone)]
struct Even(i64);

impl ColumnType for Even {
    const SQL_TYPE: SqlType = SqlType::BigInt;

    fn from_value(value: Value) -> Result<Self, ConversionError> {
        match i64::from_value(value.clone())? {
            even if even % 2 == 0 => Ok(Self(even)),
            _ => Err(ConversionError::new("an even number", &value)),
        }
    }

    fn to_value(&self) -> Value {
        self.0.to_value()
    }
}

#[derive(Debug, Clone, Model)]
#[model(table = "books", no_default)]
struct Book {
    #[primary_key]
    id: Auto<i32>,
    pages: Even,
    #[column(server_default = "7")]
    copies: Auto<i32>,
    #[has_many]
    chapters: HasMany<Chapter>,
}

#[derive(Debug, Clone, Model)]
#[model(table = "chapters")]
struct Chapter {
    #[primary_key]
    #[belongs_to]
    book: BelongsTo<Book>,
    #[primary_key]
    number: i32,
    #[column(length = 20)]
    title: String,
}

fn book(id: i32, pages: i64) -> Book {
    Book { id: id.into(), pages: Even(pages), copies: Auto::unset(), chapters: HasMany::default() }
}

fn chapter(number: i32, title: &str) -> Chapter {
    Chapter { number, title: title.into(), ..Default::default() }
}

fn library() -> (Database, Session) {
    let database = Database::with(&Schema::of::<Book>());
    let mut session = database.engine().session();
    let mut one = book(1, 100);
    one.copies = 3.into();
    one.chapters.extend([chapter(1, "Anarres"), chapter(2, "Urras")]);
    session.add(one);
    session.commit().expect("the book is committed");
    let session = database.engine().session();
    (database, session)
}

#[test]
fn a_column_that_the_database_makes_is_left_alone() -> orm_core::Result<()> {
    // unit-of-work 141
    let (database, mut session) = library();
    let merged = session.merge_all([book(1, 200), book(2, 300)])?;
    session.commit()?;
    assert_eq!(database.ask("SELECT pages, copies FROM books ORDER BY id"), ["200 | 3", "300 | 7"]);
    assert_eq!((session[merged[0]].copies.get(), session[merged[1]].copies.get()), (Some(3), Some(7)));
    Ok(())
}

#[test]
fn a_member_whose_key_contains_its_owner_is_found() -> orm_core::Result<()> {
    // unit-of-work 142
    let (database, mut session) = library();
    let mut given = book(1, 100);
    given.chapters.extend([chapter(2, "Anarres again"), chapter(3, "Urras again")]);
    let mut new = book(2, 100);
    new.chapters.push(chapter(1, "Ekumen"));
    session.merge_all([given, new])?;
    session.commit()?;
    assert_eq!(
        database.ask("SELECT book_id, number, title FROM chapters ORDER BY book_id, number"),
        ["1 | 1 | Anarres", "1 | 2 | Anarres again", "1 | 3 | Urras again", "2 | 1 | Ekumen"]
    );
    Ok(())
}

#[test]
fn a_copy_of_another_sessions_object_is_data_like_any_other() -> orm_core::Result<()> {
    // unit-of-work 8, 140
    let (database, mut session) = library();
    let mut copy = session.find::<Book>(1)?.expect("the book is there").get().clone();
    copy.pages = Even(50);
    let mut other = database.engine().session();
    let merged = other.merge(copy)?;
    assert_eq!(other.changes(merged)?.len(), 1);
    other.commit()?;
    session.commit()?;
    assert_eq!(session.find::<Book>(1)?.map(|book| book.pages.0), Some(50));
    Ok(())
}

#[test]
fn an_error_leaves_the_session_as_it_was() -> orm_core::Result<()> {
    let (database, mut session) = library();
    let mut good = book(1, 200);
    good.chapters.extend([chapter(1, "changed"), chapter(9, "new")]);
    let error = session.merge_all([good.clone(), book(5, 400), book(6, 7)]).expect_err("seven is odd");
    assert!(matches!(error, Error::Decode { model: "Book", field: "pages", .. }), "{error}");
    assert!(is_clean(&session));
    assert_eq!(session.find::<Book>(1)?.map(|book| book.pages.0), Some(100));
    let merged = session.merge_all([book(5, 400), book(1, 300)])?;
    session.commit()?;
    assert_eq!(session[merged[1]].pages.0, 300);
    assert_eq!(database.ask("SELECT id, pages FROM books ORDER BY id"), ["1 | 300", "5 | 400"]);
    assert_eq!(database.ask("SELECT title FROM chapters ORDER BY number"), ["Anarres", "Urras"]);
    Ok(())
}

#[derive(Debug, Clone, Model)]
#[model(table = "pages")]
struct Page {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 20)]
    title: String,
    words: i32,
    #[column(computed = "words * 2")]
    twice: Auto<i64>,
    #[column(server_default = "CURRENT_TIMESTAMP(6)", on_update = "CURRENT_TIMESTAMP(6)")]
    changed: Auto<NaiveDateTime>,
}

#[test]
fn what_the_database_makes_anew_is_not_copied() -> orm_core::Result<()> {
    // unit-of-work 141
    let database = Database::with(&Schema::of::<Page>());
    let mut session = database.engine().session();
    let page = session.add(Page { title: "one".into(), words: 1, ..Default::default() });
    session.commit()?;
    let copy = session[page].clone();
    let old = NaiveDate::from_ymd_opt(2000, 1, 1).and_then(|day| day.and_hms_opt(0, 0, 0)).expect("a time");
    let data = |words: i32| Page { words, twice: 999.into(), changed: old.into(), ..copy.clone() };
    let merged = session.merge(data(5))?;
    let changes: Vec<&str> = session.changes(merged)?.iter().map(|change| change.field).collect();
    assert_eq!(changes, ["words"]);
    let new = session.merge(Page { id: 9.into(), ..data(6) })?;
    session.commit()?;
    assert_eq!((session[merged].twice.get(), session[new].twice.get()), (Some(10), Some(12)));
    assert_eq!(database.ask("SELECT words, twice, changed > '2020-01-01' FROM pages"), ["5 | 10 | 1", "6 | 12 | 0"]);
    Ok(())
}

#[test]
fn a_flush_that_fails_before_the_question_says_so() {
    // unit-of-work 108
    let (_database, mut session) = company();
    session.add(ContactDetails::default());
    let error = session.merge(department(1, "Sales")).expect_err("the details have no employee");
    assert!(matches!(error, Error::Autoflush { .. }), "{error}");
}

#[derive(Debug, Default, Model)]
#[model(table = "countries", no_default)]
struct Country {
    #[primary_key]
    #[column(length = 2)]
    code: String,
    #[column(length = 20)]
    name: String,
}

#[test]
fn a_key_that_the_server_finds_in_other_words_keeps_the_servers() -> orm_core::Result<()> {
    let database = Database::with(&Schema::of::<Country>());
    database.run("INSERT INTO countries VALUES ('DE', 'Germany')");
    let mut session = database.engine().session();
    let merged = session.merge_all(
        [("de", "Deutschland"), ("fr", "France")].map(|(code, name)| Country { code: code.into(), name: name.into() }),
    )?;
    session.commit()?;
    assert_eq!(session[merged[0]].code, "DE");
    assert_eq!(database.ask("SELECT * FROM countries ORDER BY code"), ["DE | Deutschland", "fr | France"]);
    Ok(())
}

#[derive(Debug, Default, Model)]
#[model(table = "nodes", no_default)]
struct Node {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    parent: Option<BelongsTo<Node>>,
    #[has_many(inverse = parent)]
    children: HasMany<Node>,
}

#[test]
fn a_deep_tree_is_merged_without_deep_calls() -> orm_core::Result<()> {
    // unit-of-work 142
    let database = Database::with(&Schema::of::<Node>());
    let mut session = database.engine().session();
    let around = |inside: Node, _| Node { children: [inside].into_iter().collect(), ..Node::default() };
    let (root, sent) = statements(|| session.merge((0..100_000).fold(Node::default(), around)));
    assert_eq!((session.state(root?)?, sent.len()), (ObjectState::Pending, 0));
    Ok(())
}
