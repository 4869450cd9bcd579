//! Users and clubs, linked by a model with a column of its own, whose objects come and go as links and by themselves.

mod steps;

use std::collections::{BTreeMap, BTreeSet};

use orm_core::prelude::*;
use proptest::prelude::*;

use super::walk::walks;
use super::world::{Done, Facts, World};

type Name = i32;
type Pair = (Name, Name);

#[derive(Debug, Model)]
#[model(table = "users")]
struct User {
    #[primary_key]
    id: Auto<i32>,
    number: i32,
    #[has_many]
    memberships: HasMany<Membership>,
    #[many_to_many(through = Membership)]
    clubs: ManyToMany<Club>,
}

#[derive(Debug, Model)]
#[model(table = "clubs")]
struct Club {
    #[primary_key]
    id: Auto<i32>,
    number: i32,
    #[has_many]
    memberships: HasMany<Membership>,
    #[many_to_many(through = Membership)]
    users: ManyToMany<User>,
}

#[derive(Debug, Model)]
#[model(table = "memberships")]
struct Membership {
    #[primary_key]
    #[belongs_to]
    user: BelongsTo<User>,
    #[primary_key]
    #[belongs_to]
    club: BelongsTo<Club>,
    #[column(default = 1)]
    role: i32,
}

/// The role of a link that is pushed.
const ROLE: i32 = 1;

#[derive(Debug, Clone)]
enum Step {
    User(Name),
    Club(Name),
    DeleteUser(Name),
    DeleteClub(Name),
    Push(Pair),
    PushBack(Pair),
    Remove(Pair),
    RemoveBack(Pair),
    Replace(Pair),
    ReplaceBack(Pair),
    Clear(Name),
    /// A new association object.
    Join(Pair, i32),
    /// The same inside of its user.
    JoinInside(Pair, i32),
    /// Deletes the association object.
    Leave(Pair),
    Role(Pair, i32),
    Clubs(Name),
}

/// What is so, by names. A name can be given again once its deletion is committed.
#[derive(Debug, Clone, Default)]
struct Rows {
    users: BTreeSet<Name>,
    clubs: BTreeSet<Name>,
    roles: BTreeMap<Pair, i32>,
}

#[derive(Clone, Default)]
struct Book {
    users: BTreeMap<Name, Handle<User>>,
    clubs: BTreeMap<Name, Handle<Club>>,
    memberships: BTreeMap<Pair, Handle<Membership>>,
}

#[derive(Clone, Default)]
struct Memberships {
    now: Rows,
    stored: Rows,
    saved: Rows,
    /// The roles of links that were taken away since the last flush: they count if the link comes again.
    taken_away: BTreeMap<Pair, i32>,
    /// The same of association objects that were added since the last flush.
    new_taken_away: BTreeMap<Pair, i32>,
    new: BTreeSet<Pair>,
    /// Links whose objects were deleted since the last commit.
    left: BTreeSet<Pair>,
    /// Links that were pushed since the last commit.
    pushed: BTreeSet<Pair>,
    book: Book,
    saved_book: Book,
}

impl World for Memberships {
    type Step = Step;

    fn schema() -> Schema {
        Schema::of::<User>()
    }

    fn tables() -> &'static [&'static str] {
        &["memberships", "users", "clubs"]
    }

    fn beginning() -> Vec<Step> {
        vec![
            Step::User(0),
            Step::User(1),
            Step::Club(10),
            Step::Club(11),
            Step::Join((0, 10), 5),
            Step::Join((1, 10), 6),
            Step::Push((0, 11)),
        ]
    }

    fn steps() -> BoxedStrategy<Step> {
        let (user, club, role) = (0..3i32, 10..13i32, 2..9i32);
        let pair = || (user.clone(), club.clone());
        prop_oneof![
            2 => user.clone().prop_map(Step::User),
            2 => club.clone().prop_map(Step::Club),
            1 => user.clone().prop_map(Step::DeleteUser),
            1 => club.clone().prop_map(Step::DeleteClub),
            3 => pair().prop_map(Step::Push),
            3 => pair().prop_map(Step::PushBack),
            2 => pair().prop_map(Step::Remove),
            2 => pair().prop_map(Step::RemoveBack),
            1 => pair().prop_map(Step::Replace),
            1 => pair().prop_map(Step::ReplaceBack),
            1 => user.clone().prop_map(Step::Clear),
            3 => (pair(), role.clone()).prop_map(|(pair, role)| Step::Join(pair, role)),
            2 => (pair(), role.clone()).prop_map(|(pair, role)| Step::JoinInside(pair, role)),
            3 => pair().prop_map(Step::Leave),
            3 => (pair(), role).prop_map(|(pair, role)| Step::Role(pair, role)),
            1 => user.prop_map(Step::Clubs),
        ]
        .boxed()
    }

    fn step(&mut self, session: &mut Session, step: &Step) -> Done {
        self.take(session, step)
    }

    fn flushed(&mut self) {
        self.taken_away.clear();
        self.new_taken_away.clear();
        self.new.clear();
        let roles = &self.now.roles;
        self.book.memberships.retain(|pair, _| roles.contains_key(pair));
        self.stored = self.now.clone();
    }

    fn committed(&mut self) {
        self.saved = self.now.clone();
        self.saved_book = self.book.clone();
        self.left.clear();
        self.pushed.clear();
    }

    /// A link that was taken away, and came again by another flush, keeps its row when one flush writes both, unless its object was deleted.
    fn failed(&mut self, session: &mut Session) -> Done {
        session.flush()?;
        self.flushed();
        let is_pushed = |(pair, role): &(&Pair, &mut i32)| **role == ROLE && !self.left.contains(*pair);
        for (pair, role) in self.now.roles.iter_mut().filter(is_pushed) {
            *role = self.saved.roles.get(pair).copied().unwrap_or(ROLE);
        }
        self.book.memberships.clear();
        self.flushed();
        Ok(())
    }

    fn rolled_back(&mut self) {
        self.now = self.saved.clone();
        self.stored = self.saved.clone();
        self.book = self.saved_book.clone();
        self.taken_away.clear();
        self.new_taken_away.clear();
        self.new.clear();
        self.left.clear();
        self.pushed.clear();
    }

    fn kept(&mut self, before: &Self) {
        self.saved = before.saved.clone();
        self.saved_book = before.saved_book.clone();
        self.left.extend(&before.left);
        self.pushed.extend(&before.pushed);
    }

    fn cleared(&mut self) {
        self.book = Book::default();
        self.saved_book = Book::default();
    }

    fn expected(&self) -> Facts {
        let people = self.now.users.iter().map(|user| format!("{user} is a user"));
        let clubs = self.now.clubs.iter().map(|club| format!("{club} is a club"));
        let roles = self.now.roles.iter().map(|((user, club), role)| fact(*user, *club, *role));
        people.chain(clubs).chain(roles).collect()
    }

    fn shown(&self, session: &Session) -> Facts {
        let shown = |(pair, handle): (&Pair, &Handle<Membership>)| fact(pair.0, pair.1, session[*handle].role);
        self.book.memberships.iter().map(shown).collect()
    }

    fn seen(&mut self, session: &Session) -> Done<Facts> {
        let (mut facts, mut links) = (Facts::new(), BTreeSet::new());
        for user in session.query::<User>().all()? {
            facts.insert(format!("{} is a user", user.number));
            self.book.users.insert(user.number, user.handle());
            links.extend(user.clubs()?.iter().map(|club| (user.number, club.number)));
            for membership in user.memberships()? {
                let club = membership.club()?.number;
                self.book.memberships.insert((user.number, club), membership.handle());
                facts.insert(fact(user.number, club, membership.role));
            }
        }
        let mut back = BTreeSet::new();
        for club in session.query::<Club>().all()? {
            facts.insert(format!("{} is a club", club.number));
            self.book.clubs.insert(club.number, club.handle());
            back.extend(club.users()?.iter().map(|user| (user.number, club.number)));
            for membership in club.memberships()? {
                facts.insert(fact(membership.user()?.number, club.number, membership.role));
            }
        }
        prop_assert_eq!(&links, &back, "the sides of the links");
        prop_assert_eq!(links, self.now.roles.keys().copied().collect(), "the links");
        Ok(facts)
    }

    fn stored() -> String {
        "SELECT CONCAT(number, ' is a user') FROM users UNION ALL SELECT CONCAT(number, ' is a club') FROM clubs \
         UNION ALL SELECT CONCAT(u.number, ' in ', c.number, ' as ', m.role) FROM memberships m \
         JOIN users u ON u.id = m.user_id JOIN clubs c ON c.id = m.club_id"
            .to_owned()
    }
}

fn fact(user: Name, club: Name, role: i32) -> String {
    format!("{user} in {club} as {role}")
}

#[test]
fn links_with_objects_of_their_own_end_as_the_oracle_says() {
    walks::<Memberships>();
}
