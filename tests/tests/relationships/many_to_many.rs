//! Many-to-many: link rows are written by difference, once for each pair.

use orm_core::prelude::*;
use tests::{Database, statements};

#[derive(Debug, Model)]
#[model(table = "posts")]
struct Post {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 20)]
    title: String,
    #[many_to_many(through = "posts_tags")]
    tags: ManyToMany<Tag>,
}

#[derive(Debug, Model)]
#[model(table = "tags")]
struct Tag {
    #[primary_key]
    #[column(length = 20)]
    name: String,
    #[many_to_many(through = "posts_tags")]
    posts: ManyToMany<Post>,
}

fn tag(name: &str) -> Tag {
    Tag { name: name.into(), ..Default::default() }
}

/// One post with the tags a and b; another with none; the tag c is free.
fn blog() -> (Database, Session, [Handle<Post>; 2], [Handle<Tag>; 3]) {
    let database = Database::with(&Schema::of::<Post>());
    let mut session = database.engine().session();
    let [a, b, _] = session.add_all([tag("a"), tag("b"), tag("c")]);
    let posts = [(); 2].map(|()| session.add(Post { title: "post".into(), ..Default::default() }));
    session[posts[0]].tags.extend([a, b]);
    session.commit().expect("the blog is committed");
    let session = database.engine().session();
    let posts = session.query::<Post>().handles().expect("the posts are read").try_into().expect("two posts");
    let tags = session.query::<Tag>().handles().expect("the tags are read").try_into().expect("three tags");
    (database, session, posts, tags)
}

fn tags(session: &Session, post: Handle<Post>) -> orm_core::Result<Vec<String>> {
    Ok(session.view(post).tags()?.iter().map(|tag| tag.name.clone()).collect())
}

const LINKS: &str = "SELECT post_id, tag_name FROM posts_tags ORDER BY 1, 2";

fn links(database: &Database) -> Vec<String> {
    let columns = database.ask("SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'posts_tags'");
    database.ask(&LINKS.replace("tag_name", &columns[1]))
}

#[test]
fn links_of_new_owners_are_written() {
    let (database, ..) = blog();
    assert_eq!(links(&database), ["1 | a", "1 | b"]);
}

#[test]
fn only_the_difference_is_written() -> orm_core::Result<()> {
    // unit-of-work 59
    let (database, mut session, [first, _], [_, b, c]) = blog();
    assert_eq!(tags(&session, first)?, ["a", "b"]);
    session[first].tags.push(c);
    session[first].tags.remove(b);
    let (flushed, sent) = statements(|| session.flush());
    flushed?;
    assert_eq!(sent.len(), 2, "one delete, one insert: {sent:#?}");
    assert_eq!(tags(&session, first)?, ["a", "c"]);
    session.commit()?;
    assert_eq!(links(&database), ["1 | a", "1 | c"]);
    Ok(())
}

#[test]
fn many_link_rows_go_by_a_join_and_their_neighbours_stay() -> orm_core::Result<()> {
    let (database, mut session, [first, second], _) = blog();
    let short = session.add_all([1, 2, 3, 4, 5, 6, 7, 8, 9].map(|length| tag(&"u".repeat(length))));
    let long = session.add_all([20, 19, 18, 17, 16, 15, 14, 13, 12].map(|length| tag(&"u".repeat(length))));
    [first, second].into_iter().for_each(|post| session[post].tags.extend(short.into_iter().chain(long)));
    session.commit()?;
    let delete = format!(
        "DELETE `posts_tags` FROM `posts_tags` INNER JOIN (SELECT ? AS `k0`, ? AS `k1`{}) AS `new` \
         ON `posts_tags`.`post_id` = `new`.`k0` AND `posts_tags`.`tag_id` = `new`.`k1`",
        " UNION ALL SELECT ?, ?".repeat(8)
    );
    // The second time the same statement has longer values.
    for tags in [short, long] {
        tags.into_iter().for_each(|tag| session[first].tags.remove(tag));
        let (flushed, sent) = statements(|| session.flush());
        flushed?;
        assert_eq!(sent, std::slice::from_ref(&delete));
    }
    assert_eq!(tags(&session, first)?, ["a", "b"]);
    session.commit()?;
    assert_eq!(database.ask("SELECT post_id, COUNT(*) FROM posts_tags GROUP BY 1 ORDER BY 1"), ["1 | 2", "2 | 18"]);
    Ok(())
}

#[test]
fn one_of_many_link_rows_that_somebody_else_removed_is_stale() -> orm_core::Result<()> {
    let (database, mut session, [first, _], _) = blog();
    let names = ["d", "e", "f", "g", "h", "i", "j", "k", "l"];
    let more = session.add_all(names.map(tag));
    session[first].tags.extend(more);
    session.commit()?;
    assert_eq!(tags(&session, first)?.len(), 11);
    database.run("DELETE FROM posts_tags WHERE tag_id = 'e'");
    more.into_iter().for_each(|tag| session[first].tags.remove(tag));
    let error = session.commit().expect_err("one of the link rows is gone");
    assert!(matches!(error, orm_core::Error::StaleRow { .. }), "{error}");
    assert_eq!(links(&database).len(), 10);
    Ok(())
}

#[test]
fn clear_removes_the_links_and_not_the_members() -> orm_core::Result<()> {
    // unit-of-work 60
    let (database, mut session, [first, _], _) = blog();
    session[first].tags.clear();
    session.commit()?;
    assert_eq!(links(&database), [""; 0]);
    assert_eq!(database.ask("SELECT COUNT(*) FROM tags"), ["3"]);
    assert_eq!(tags(&session, first)?, [""; 0]);
    Ok(())
}

#[test]
fn set_makes_these_the_only_members() -> orm_core::Result<()> {
    // unit-of-work 72
    let (database, mut session, [first, second], [_, b, c]) = blog();
    session[first].tags.set([b, c]);
    session[second].tags.set([c]);
    session.commit()?;
    assert_eq!(links(&database), ["1 | b", "1 | c", "2 | c"]);
    session[first].tags.set([b, c]);
    let (flushed, sent) = statements(|| session.flush());
    flushed?;
    assert!(sent.iter().all(|sql| sql.starts_with("SELECT")), "{sent:#?}");
    Ok(())
}

#[test]
fn the_pair_is_written_once_from_both_sides() -> orm_core::Result<()> {
    // unit-of-work 62
    let (database, mut session, [_, second], [.., c]) = blog();
    session[second].tags.push(c);
    session[c].posts.push(second);
    session.commit()?;
    assert_eq!(links(&database), ["1 | a", "1 | b", "2 | c"]);
    Ok(())
}

#[test]
fn a_pair_pushed_twice_or_there_already_is_one_link_row() -> orm_core::Result<()> {
    // unit-of-work 66
    let (database, mut session, [first, second], [a, _, c]) = blog();
    session[second].tags.extend([c, c]);
    session[second].tags.push(c);
    session[first].tags.push(a);
    session.commit()?;
    assert_eq!(links(&database), ["1 | a", "1 | b", "2 | c"]);
    session[a].posts.push(first);
    session.commit()?;
    assert_eq!(links(&database), ["1 | a", "1 | b", "2 | c"]);
    Ok(())
}

#[test]
fn add_and_remove_that_cancel_write_nothing() -> orm_core::Result<()> {
    // unit-of-work 74
    let (_database, mut session, [first, _], [a, _, c]) = blog();
    assert_eq!(tags(&session, first)?, ["a", "b"]);
    session[first].tags.push(c);
    session[c].posts.remove(first);
    session[first].tags.remove(a);
    session[first].tags.push(a);
    let (flushed, sent) = statements(|| session.flush());
    flushed?;
    assert_eq!(sent, [""; 0]);
    assert_eq!(tags(&session, first)?, ["a", "b"]);
    Ok(())
}

#[test]
fn a_member_pushed_again_and_then_removed_is_gone() -> orm_core::Result<()> {
    let (database, mut session, [first, _], [a, ..]) = blog();
    session[first].tags.push(a);
    session[first].tags.remove(a);
    session.commit()?;
    assert_eq!(links(&database), ["1 | b"]);
    Ok(())
}

#[test]
fn a_non_member_removed_and_then_pushed_is_linked() -> orm_core::Result<()> {
    let (database, mut session, [_, second], [.., c]) = blog();
    session[second].tags.remove(c);
    session[second].tags.push(c);
    session.commit()?;
    assert_eq!(links(&database), ["1 | a", "1 | b", "2 | c"]);
    Ok(())
}

#[test]
fn the_other_side_shows_the_change_after_the_flush() -> orm_core::Result<()> {
    // unit-of-work 69
    let (_database, mut session, [first, second], [a, _, c]) = blog();
    assert_eq!(session.view(c).posts()?.len(), 0);
    assert_eq!(session.view(a).posts()?.len(), 1);
    session[second].tags.push(c);
    session[first].tags.remove(a);
    assert_eq!(session.view(c).posts()?.iter().map(|post| post.handle()).collect::<Vec<_>>(), [second]);
    assert_eq!(session.view(a).posts()?.len(), 0);
    Ok(())
}

#[test]
fn a_link_row_that_somebody_else_removed_is_stale() -> orm_core::Result<()> {
    // unit-of-work 63
    let (database, mut session, [first, _], [a, ..]) = blog();
    assert!(session.view(first).tags()?.iter().any(|tag| tag.handle() == a));
    database.run("DELETE FROM posts_tags WHERE post_id = 1");
    session[first].tags.remove(a);
    let error = session.commit().expect_err("the link row is gone");
    assert!(matches!(error, orm_core::Error::StaleRow { .. }), "{error}");
    Ok(())
}

#[test]
fn deleting_an_owner_removes_its_link_rows() -> orm_core::Result<()> {
    // unit-of-work 61
    let (database, mut session, [first, second], [a, b, c]) = blog();
    session[second].tags.push(c);
    session.commit()?;
    assert_eq!(session.view(b).posts()?.len(), 1);
    session.delete(first);
    session.delete(c);
    session.commit()?;
    assert_eq!(links(&database), [""; 0]);
    assert_eq!(session.view(a).posts()?.len() + session.view(b).posts()?.len(), 0);
    assert_eq!(tags(&session, second)?, [""; 0]);
    Ok(())
}
