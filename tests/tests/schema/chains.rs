//! Models that lead to each other, one by one, and that a `macro_rules!` writes.

use orm_core::prelude::*;

macro_rules! chain {
    ($first:ident $($model:ident)*) => {
        #[derive(Model)]
        struct $first {
            #[primary_key]
            id: Auto<i32>,
        }

        chain!(@ $first $($model)*);
    };
    (@ $previous:ident $model:ident $($models:ident)*) => {
        #[derive(Model)]
        struct $model {
            #[primary_key]
            id: Auto<i32>,
            #[belongs_to]
            previous: Option<BelongsTo<$previous>>,
        }

        chain!(@ $model $($models)*);
    };
    (@ $last:ident) => {};
}

chain!(A B C D E F G H I J K L M N O P Q R S T U V W X Y Z Aa Ab Ac Ad Ae Af Ag Ah Ai Aj Ak Al Am An Ao Ap Aq Ar As At);

#[test]
fn a_chain_of_many_models_compiles() {
    let ddl = Schema::of::<At>().ddl();
    let created: Vec<&str> = ddl.lines().filter(|line| line.starts_with("CREATE TABLE")).collect();
    assert_eq!(created.len(), 46);
    assert_eq!((created[0], created[45]), ("CREATE TABLE `a` (", "CREATE TABLE `at` ("));
}
