//! Hooks of a model: asked before its rows are written, told after, and when they are loaded.

use std::cell::RefCell;

use orm_core::{Error, prelude::*};
use tests::{Database, statements};

#[derive(Debug, Model)]
#[model(table = "users", hooks)]
struct User {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 50)]
    email: String,
    #[column(length = 50)]
    source: String,
    #[has_many(cascade)]
    posts: HasMany<Post>,
}

#[derive(Debug, Model)]
#[model(table = "posts")]
struct Post {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 5)]
    title: String,
    #[belongs_to]
    author: BelongsTo<User>,
}

thread_local! {
    /// What the hooks of this thread's test were asked and told.
    static HEARD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn hear(what: &str, user: &User) {
    HEARD.with_borrow_mut(|heard| heard.push(format!("{what} {:?} {}", user.id, user.email)));
}

fn heard() -> Vec<String> {
    HEARD.take()
}

impl Hooks for User {
    fn validate(&self) -> HookResult {
        hear("validate", self);
        if self.email.contains('@') { Ok(()) } else { Err(format!("`{}` is no address", self.email).into()) }
    }

    fn before_insert(&mut self) -> HookResult {
        hear("before insert", self);
        if self.email.starts_with("author") {
            self.posts.push(Post::default());
        }
        self.email = self.email.to_lowercase();
        Ok(())
    }

    fn before_update(&mut self) -> HookResult {
        hear("before update", self);
        self.email = self.email.to_lowercase();
        Ok(())
    }

    fn before_delete(&self) -> HookResult {
        hear("before delete", self);
        if self.email.starts_with("root") { Err("root stays".into()) } else { Ok(()) }
    }

    fn after_insert(&self) -> HookResult {
        hear("after insert", self);
        Ok(())
    }

    fn after_update(&self) -> HookResult {
        hear("after update", self);
        if self.email.starts_with("late") { Err("too late".into()) } else { Ok(()) }
    }

    fn after_delete(&self) -> HookResult {
        hear("after delete", self);
        Ok(())
    }

    fn after_load(&mut self) {
        self.source = "loaded".into();
    }
}

fn user(email: &str) -> User {
    User { email: email.into(), ..Default::default() }
}

fn users() -> (Database, Session) {
    let database = Database::with(&Schema::of::<User>());
    let session = database.engine().session();
    heard();
    (database, session)
}

const EMAILS: &str = "SELECT email FROM users ORDER BY id";

#[test]
fn hooks_run_once_for_each_row_and_see_generated_keys_after() -> orm_core::Result<()> {
    // unit-of-work 109, 168
    let (database, mut session) = users();
    let [ann, bob] = session.add_all([user("Ann@x"), user("Bob@x")]);
    session.commit()?;
    assert_eq!(
        heard(),
        [
            "before insert unset Ann@x",
            "validate unset ann@x",
            "before insert unset Bob@x",
            "validate unset bob@x",
            "after insert 1 ann@x",
            "after insert 2 bob@x",
        ]
    );
    assert_eq!((session[ann].email.as_str(), database.ask(EMAILS).join(" ")), ("ann@x", "ann@x bob@x".to_owned()));
    session[ann].email = "Ann@y".into();
    session.delete(bob);
    session.commit()?;
    assert_eq!(
        heard(),
        [
            "before update 1 Ann@y",
            "validate 1 ann@y",
            "before delete 2 bob@x",
            "after update 1 ann@y",
            "after delete 2 bob@x"
        ]
    );
    session[ann].email = "ann@y".into();
    session.commit()?;
    assert_eq!(heard(), [""; 0], "nothing has changed");
    Ok(())
}

#[test]
fn a_refused_object_stops_the_flush_before_anything_is_sent() -> orm_core::Result<()> {
    // unit-of-work 167
    let (database, mut session) = users();
    let [ann, bob] = session.add_all([user("Ann@x"), user("bob")]);
    let (committed, sent) = statements(|| session.commit());
    let error = committed.expect_err("Bob has no address");
    assert_eq!(error.to_string(), "`User` was refused by `validate`: `bob` is no address");
    assert!(matches!(error, Error::Refused { model: "User", key: None, hook: "validate", .. }));
    assert_eq!(sent, [""; 0]);
    assert_eq!(session[ann].email, "Ann@x", "what another hook has changed is as it was");
    session[bob].email = "bob@x".into();
    session.commit()?;
    assert_eq!(database.ask(EMAILS), ["ann@x", "bob@x"]);
    session[bob].email = "bob".into();
    assert_eq!(
        session.commit().expect_err("no address").to_string(),
        "`User` with key 2 was refused by `validate`: `bob` is no address"
    );
    session.rollback()?;
    assert_eq!(session[bob].email, "bob@x");
    Ok(())
}

#[test]
fn an_error_after_the_rows_are_written_undoes_the_flush() -> orm_core::Result<()> {
    let (database, mut session) = users();
    let [ann, bob] = session.add_all([user("ann@x"), user("bob@x")]);
    session.commit()?;
    session[ann].email = "late@x".into();
    session[bob].email = "bob@y".into();
    let new = session.add(user("new@x"));
    assert!(matches!(session.commit(), Err(Error::Refused { hook: "after_update", .. })));
    assert_eq!((session[new].id.get(), database.ask(EMAILS).join(" ")), (None, "ann@x bob@x".to_owned()));
    session[ann].email = "ann@y".into();
    session.commit()?;
    assert_eq!(database.ask(EMAILS), ["ann@y", "bob@y", "new@x"]);
    Ok(())
}

#[test]
fn a_refused_deletion_takes_nothing_along() -> orm_core::Result<()> {
    let (database, mut session) = users();
    let root = session.add(user("root@x"));
    session[root].posts.push(Post { title: "hello".into(), ..Default::default() });
    session.commit()?;
    session.delete(root);
    assert!(matches!(session.commit(), Err(Error::Refused { hook: "before_delete", .. })));
    assert_eq!(database.ask("SELECT title FROM posts"), ["hello"]);
    session.rollback()?;
    session.commit()?;
    assert_eq!(database.ask(EMAILS), ["root@x"]);
    Ok(())
}

#[derive(Debug, Model)]
#[model(table = "teams")]
struct Team {
    #[primary_key]
    id: Auto<i32>,
    #[has_many]
    members: HasMany<Member>,
}

#[derive(Debug, Model)]
#[model(table = "members", hooks)]
struct Member {
    #[primary_key]
    id: Auto<i32>,
    #[belongs_to]
    team: Option<BelongsTo<Team>>,
}

impl Hooks for Member {
    fn before_update(&mut self) -> HookResult {
        HEARD.with_borrow_mut(|heard| heard.push(format!("{:?} of {:?}", self.id, self.team.key())));
        Ok(())
    }
}

#[test]
fn members_with_hooks_are_released_one_by_one() -> orm_core::Result<()> {
    // unit-of-work 44, 168
    let database = Database::with(&Schema::of::<Team>());
    let mut session = database.engine().session();
    let members = [Member::default(), Member::default()].into_iter().collect();
    session.add(Team { members, ..Default::default() });
    session.commit()?;
    heard();
    let mut session = database.engine().session();
    let team = session.find::<Team>(1)?.expect("the team is there").handle();
    session.delete(team);
    session.commit()?;
    assert_eq!(heard(), ["1 of None", "2 of None"]);
    assert_eq!(database.ask("SELECT COUNT(*), COUNT(team_id) FROM members"), ["2 | 0"]);
    Ok(())
}

#[test]
fn loaded_objects_are_told_so_and_new_ones_are_not() -> orm_core::Result<()> {
    // unit-of-work 35
    let (database, mut session) = users();
    let ann = session.add(user("ann@x"));
    session.commit()?;
    assert_eq!(session[ann].source, "");
    let session = database.engine().session();
    assert_eq!(session.query::<User>().one()?.source, "loaded");
    Ok(())
}

#[test]
fn a_hook_cannot_add_objects_and_none_is_lost_in_silence() -> orm_core::Result<()> {
    // unit-of-work 110
    let (database, mut session) = users();
    session.add(user("author@x"));
    let error = session.commit().expect_err("the hook adds a post");
    assert_eq!(
        error.to_string(),
        "`User` was refused by `before_insert`: a hook cannot change the members of `posts`, nor add objects"
    );
    assert_eq!(database.ask(EMAILS), [""; 0]);
    Ok(())
}

#[test]
fn the_plan_of_a_flush_asks_no_hook() -> orm_core::Result<()> {
    let (_database, mut session) = users();
    session.add(user("no address"));
    assert_eq!(session.pending()?.to_string(), "insert 1 into users (email, source)\n");
    assert_eq!(heard(), [""; 0]);
    Ok(())
}
