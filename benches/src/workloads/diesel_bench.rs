//! The four workloads by which Diesel's project compares libraries (`diesel_bench`): a trivial query, a medium complex one, inserts,
//! and associations loaded one after the other. Small ones are repeated, in one session that is cleared in between.

use std::collections::HashMap;

use anyhow::Result;
use mysql::prelude::Queryable;
use mysql::{Row, Value};
use orm_core::prelude::*;

use crate::floor::{self, all, by_keys, run, take};
use crate::world::{World, numbers};
use crate::{Job, Workload, job};

/// Somebody who writes.
#[derive(Debug, Model)]
#[model(table = "users")]
pub struct User {
    /// Given by the database.
    #[primary_key]
    pub id: Auto<i32>,
    /// As they are called.
    #[column(length = 255)]
    pub name: String,
    /// As it is known.
    #[column(length = 255)]
    pub hair_color: Option<String>,
    /// What they wrote.
    #[has_many]
    pub posts: HasMany<Post>,
}

/// What somebody wrote.
#[derive(Debug, Model)]
#[model(table = "posts")]
pub struct Post {
    /// Given by the database.
    #[primary_key]
    pub id: Auto<i32>,
    /// Who wrote it.
    #[belongs_to]
    pub user: BelongsTo<User>,
    /// What it is called.
    #[column(length = 255)]
    pub title: String,
    /// The text.
    pub body: Option<String>,
    /// What others say.
    #[has_many]
    pub comments: HasMany<Comment>,
}

/// What somebody says of it.
#[derive(Debug, Model)]
#[model(table = "comments")]
pub struct Comment {
    /// Given by the database.
    #[primary_key]
    pub id: Auto<i32>,
    /// Of what.
    #[belongs_to]
    pub post: BelongsTo<Post>,
    /// The text.
    pub text: String,
}

/// A user and one of their posts.
#[derive(Debug, Row)]
pub struct UserAndPost {
    /// Of the user.
    pub id: i32,
    /// Of the user.
    pub name: String,
    /// Of the user.
    pub hair_color: Option<String>,
    /// Of the post.
    pub post: Option<i32>,
    /// Of the post.
    pub title: Option<String>,
    /// Of the post.
    pub body: Option<String>,
}

/// The tables.
pub fn schema() -> Schema {
    Schema::of::<User>()
}

/// 10,000 users; the first 100 have ten posts each, and each post ten comments.
pub fn data() -> Vec<String> {
    let (users, posts) = (numbers(10_000), numbers(1_000));
    vec![
        format!(
            "INSERT INTO users (id, name, hair_color) \
             SELECT n, CONCAT('User ', n), IF(n % 2, 'black', 'brown') FROM {users} ORDER BY n"
        ),
        format!(
            "INSERT INTO posts (id, user_id, title, body) \
             SELECT n, (n - 1) DIV 10 + 1, CONCAT('Post ', n), CONCAT('Body of ', n) FROM {posts} ORDER BY n"
        ),
        format!(
            "INSERT INTO comments (id, post_id, text) \
             SELECT n, (n - 1) DIV 10 + 1, CONCAT('Comment ', n) FROM {users} ORDER BY n"
        ),
    ]
}

const fn workload(
    name: &'static str,
    about: &'static str,
    objects: u64,
    framework: crate::Side,
    driver: crate::Side,
) -> Workload {
    Workload { name, about, target: None, objects, framework, driver }
}

pub(super) const WORKLOADS: [Workload; 16] = [
    workload("trivial-1", "1 user, 100 times", 100, |w| trivial(w, 1), |w| trivial_by_hand(w, 1)),
    workload("trivial-10", "10 users, 100 times", 1_000, |w| trivial(w, 10), |w| trivial_by_hand(w, 10)),
    workload("trivial-100", "100 users, 100 times", 10_000, |w| trivial(w, 100), |w| trivial_by_hand(w, 100)),
    workload("trivial-1000", "1,000 users, 10 times", 10_000, |w| trivial(w, 1_000), |w| trivial_by_hand(w, 1_000)),
    workload("trivial-10000", "10,000 users", 10_000, |w| trivial(w, 10_000), |w| trivial_by_hand(w, 10_000)),
    workload("medium-1", "1 user, left join, 100 times", 100, |w| medium(w, 1), |w| medium_by_hand(w, 1)),
    workload("medium-10", "10 users, left join, 100 times", 1_000, |w| medium(w, 10), |w| medium_by_hand(w, 10)),
    workload("medium-100", "100 users, left join, 100 times", 10_000, |w| medium(w, 100), |w| medium_by_hand(w, 100)),
    workload(
        "medium-1000",
        "1,000 users, left join, 10 times",
        10_000,
        |w| medium(w, 1_000),
        |w| medium_by_hand(w, 1_000),
    ),
    workload("medium-10000", "10,000 users, left join", 10_000, |w| medium(w, 10_000), |w| medium_by_hand(w, 10_000)),
    workload("insert-1", "insert 1 user, 20 times", 20, |w| insert(w, 1), |w| insert_by_hand(w, 1)),
    workload("insert-10", "insert 10 users, 20 times", 200, |w| insert(w, 10), |w| insert_by_hand(w, 10)),
    workload("insert-25", "insert 25 users, 20 times", 500, |w| insert(w, 25), |w| insert_by_hand(w, 25)),
    workload("insert-50", "insert 50 users, 20 times", 1_000, |w| insert(w, 50), |w| insert_by_hand(w, 50)),
    workload("insert-100", "insert 100 users, 20 times", 2_000, |w| insert(w, 100), |w| insert_by_hand(w, 100)),
    workload(
        "associations",
        "100 users, their 1,000 posts, 10,000 comments",
        11_100,
        associations,
        associations_by_hand,
    ),
];

fn repetitions(size: u64) -> u64 {
    (10_000 / size).min(100)
}

struct PlainUser {
    id: i32,
    name: String,
    hair_color: Option<String>,
}

impl PlainUser {
    fn read(row: &mut Row) -> Result<Self> {
        Ok(Self { id: take(row, 0)?, name: take(row, 1)?, hair_color: take(row, 2)? })
    }
}

fn trivial(world: &World, size: u64) -> Result<Job<'_>> {
    let blog = world.blog()?;
    job(move || {
        let (mut session, mut sum) = (blog.engine.session(), 0);
        for _ in 0..repetitions(size) {
            let users = session.query::<User>().limit(size).all()?;
            sum += users.iter().map(|user| user.name.len() as u64).sum::<u64>();
            session.clear();
        }
        Ok(sum)
    })
}

fn trivial_by_hand(world: &World, size: u64) -> Result<Job<'_>> {
    let blog = world.blog()?;
    job(move || {
        let (mut driver, mut sum) = (blog.driver(), 0);
        let find = driver.prep("SELECT id, name, hair_color FROM users LIMIT ?")?;
        for _ in 0..repetitions(size) {
            let users = all(&mut driver, &find, (size,), PlainUser::read)?;
            sum += users.iter().map(|user| user.name.len() as u64).sum::<u64>();
        }
        Ok(sum)
    })
}

/// Those with black hair are every other one, and the first half of them has no number above this.
fn medium(world: &World, size: u64) -> Result<Job<'_>> {
    let blog = world.blog()?;
    job(move || {
        let (session, mut sum) = (blog.engine.session(), 0);
        for _ in 0..repetitions(size) {
            let rows = session
                .query::<User>()
                .left_join(User::posts)
                .filter(User::hair_color.eq("black") & User::id.le(i32::try_from(size)?))
                .order_by(User::name.desc())
                .select(UserAndPostColumns {
                    id: User::id,
                    name: User::name,
                    hair_color: User::hair_color,
                    post: Post::id,
                    title: Post::title,
                    body: Post::body,
                })
                .rows()?;
            sum += rows.iter().map(|row| row.name.len() as u64).sum::<u64>();
        }
        Ok(sum)
    })
}

fn medium_by_hand(world: &World, size: u64) -> Result<Job<'_>> {
    let blog = world.blog()?;
    job(move || {
        let (mut driver, mut sum) = (blog.driver(), 0);
        let text = "SELECT users.id, users.name, users.hair_color, posts.id, posts.title, posts.body \
            FROM users LEFT JOIN posts ON posts.user_id = users.id \
            WHERE users.hair_color = ? AND users.id <= ? ORDER BY users.name DESC";
        let find = driver.prep(text)?;
        for _ in 0..repetitions(size) {
            let rows = all(&mut driver, &find, ("black", size), |row| {
                Ok(UserAndPost {
                    id: take(row, 0)?,
                    name: take(row, 1)?,
                    hair_color: take(row, 2)?,
                    post: take(row, 3)?,
                    title: take(row, 4)?,
                    body: take(row, 5)?,
                })
            })?;
            sum += rows.iter().map(|row| row.name.len() as u64).sum::<u64>();
        }
        Ok(sum)
    })
}

const INSERTS: u64 = 20;

fn insert(world: &World, size: u64) -> Result<Job<'_>> {
    let blog = world.blog()?;
    blog.restore()?;
    job(move || {
        for _ in 0..INSERTS {
            let mut session = blog.engine.session();
            session.add_many((0..size).map(|n| User {
                name: format!("User {n}"),
                hair_color: Some("hair color".to_owned()),
                ..Default::default()
            }));
            session.commit()?;
        }
        Ok(INSERTS * size)
    })
}

/// Without keys: this workload does not want them.
fn insert_by_hand(world: &World, size: u64) -> Result<Job<'_>> {
    let blog = world.blog()?;
    blog.restore()?;
    job(move || {
        let (mut driver, mut inserted) = (blog.writer(), 0);
        let tuples = vec!["(?, ?)"; size as usize].join(", ");
        let insert = driver.prep(format!("INSERT INTO users (name, hair_color) VALUES {tuples}"))?;
        for _ in 0..INSERTS {
            let users: Vec<PlainUser> = (0..size)
                .map(|n| PlainUser { id: 0, name: format!("User {n}"), hair_color: Some("hair color".to_owned()) })
                .collect();
            inserted += floor::transaction(&mut driver, |driver| {
                let values: Vec<Value> = users
                    .iter()
                    .flat_map(|user| [Value::from(&user.name), user.hair_color.as_deref().into()])
                    .collect();
                run(driver, &insert, values)
            })?;
            std::hint::black_box(users.iter().map(|user| user.id).max());
        }
        Ok(inserted)
    })
}

fn associations(world: &World) -> Result<Job<'_>> {
    let blog = world.blog()?;
    job(move || {
        let (session, mut sum) = (blog.engine.session(), 0);
        let users = session.query::<User>().filter(User::id.le(100)).with(User::posts.then(Post::comments));
        for user in users.all()? {
            for post in user.posts()? {
                for comment in post.comments()? {
                    sum += (user.name.len() + post.title.len() + comment.text.len()) as u64;
                }
            }
        }
        Ok(sum)
    })
}

struct PlainPost {
    id: i32,
    user_id: i32,
    title: String,
    #[expect(dead_code, reason = "it is loaded, too")]
    body: Option<String>,
}

struct PlainComment {
    #[expect(dead_code, reason = "it is loaded, too")]
    id: i32,
    post_id: i32,
    text: String,
}

fn associations_by_hand(world: &World) -> Result<Job<'_>> {
    let blog = world.blog()?;
    job(move || {
        let mut driver = blog.driver();
        let text = "SELECT id, name, hair_color FROM users WHERE id <= ?";
        let users = all(&mut driver, text, (100,), PlainUser::read)?;
        let keys: Vec<i32> = users.iter().map(|user| user.id).collect();
        let posts = by_keys(&mut driver, "posts", "id, user_id, title, body", "user_id", &keys, |row| {
            Ok(PlainPost { id: take(row, 0)?, user_id: take(row, 1)?, title: take(row, 2)?, body: take(row, 3)? })
        })?;
        let keys: Vec<i32> = posts.iter().map(|post| post.id).collect();
        let comments = by_keys(&mut driver, "comments", "id, post_id, text", "post_id", &keys, |row| {
            Ok(PlainComment { id: take(row, 0)?, post_id: take(row, 1)?, text: take(row, 2)? })
        })?;
        let mut of_post: HashMap<i32, Vec<&PlainComment>> = HashMap::new();
        comments.iter().for_each(|comment| of_post.entry(comment.post_id).or_default().push(comment));
        let mut of_user: HashMap<i32, Vec<&PlainPost>> = HashMap::new();
        posts.iter().for_each(|post| of_user.entry(post.user_id).or_default().push(post));
        let mut sum = 0;
        for user in &users {
            for post in of_user.get(&user.id).into_iter().flatten() {
                for comment in of_post.get(&post.id).into_iter().flatten() {
                    sum += (user.name.len() + post.title.len() + comment.text.len()) as u64;
                }
            }
        }
        Ok(sum)
    })
}
