use orm_core::prelude::*;

#[derive(Model)]
#[model(table = "users", hooks)]
struct User {
    #[primary_key]
    id: Auto<i32>,
    #[column(length = 100)]
    email: String,
}

impl Hooks for User {
    fn before_insert(&mut self, session: &mut Session) -> HookResult {
        session.add(User::default());
        Ok(())
    }
}

fn main() {}

// unit-of-work 110
