//! The models for this ORM.

use std::path::Path;

use crate::models::{Generated, all, ring, used};

const MODEL: &str = r#"
#[derive(Model)]
#[model(table = "model_THIS")]
pub struct ModelTHIS {
    #[primary_key]
    pub id: Auto<i32>,
    #[column(length = 100)]
    pub name: String,
    pub note: Option<String>,
    pub pieces: i32,
    pub total: i64,
    pub ratio: f64,
    pub active: bool,
    pub day: Option<NaiveDate>,
    pub changed: NaiveDateTime,
    #[belongs_to]
    pub parent: Option<BelongsTo<ModelPARENT>>,
    #[has_many]
    pub children: HasMany<ModelCHILD>,
    #[many_to_many(through = "link_LINK")]
    pub peers: ManyToMany<ModelPEER>,
}
"#;

const USE: &str = r#"
fn use_THIS(session: &mut Session) -> orm_core::Result<()> {
    let object = session.add(ModelTHIS { name: "one".into(), pieces: 1, ..Default::default() });
    session.commit()?;
    session[object].total = 2;
    session.commit()?;
    for object in session.query::<ModelTHIS>().filter(ModelTHIS::pieces.gt(0)).order_by(ModelTHIS::name.asc()).all()? {
        println!("{}: {} children, {} peers", object.name, object.children()?.len(), object.peers()?.len());
    }
    let of_active = session.query::<ModelTHIS>().join(ModelTHIS::parent).filter(ModelPARENT::active.eq(true)).all()?;
    println!("{} of active ones", of_active.len());
    Ok(())
}
"#;

const MAIN: &str = r#"use orm_core::prelude::*;

mod models;

use models::*;

fn main() -> orm_core::Result<()> {
    let engine = Engine::connect("mysql://app:secret@127.0.0.1:3306/models")?;
    engine.create_all(&Schema::of::<Model0>())?;
    let mut session = engine.session();
CALLS    Ok(())
}
"#;

/// The crate with so many models. It depends on the library in `workspace`.
pub(crate) fn generate(models: usize, workspace: &Path) -> Generated {
    let main = MAIN.replace("CALLS", &all(used(models), "    use_THIS(&mut session)?;\n")) + &all(used(models), USE);
    let models = format!("use orm_core::prelude::*;\n{}", all(ring(models), MODEL));
    Generated {
        dependencies: format!("orm-core = {{ path = {:?} }}\n", workspace.join("orm-core")),
        files: vec![("main.rs".into(), main), ("models.rs".into(), models)],
    }
}
