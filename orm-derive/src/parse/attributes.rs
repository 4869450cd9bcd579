//! The attributes, each with the options that it has.

use syn::{Attribute, Ident, LitBool, LitInt, LitStr, Path};

use crate::error::Errors;
use crate::parse::Literal;
use crate::parse::options::{End, Options, Setting, Sort};

/// `#[model(…)]`
#[derive(Default)]
pub(crate) struct ModelOptions {
    pub(crate) table: Option<Setting<LitStr>>,
    pub(crate) no_default: Option<Setting<()>>,
    pub(crate) hooks: Option<Setting<()>>,
    pub(crate) unique: Vec<Setting<Vec<Ident>>>,
    pub(crate) index: Vec<Setting<Vec<Ident>>>,
    pub(crate) engine: Option<Setting<LitStr>>,
    pub(crate) charset: Option<Setting<LitStr>>,
    pub(crate) collation: Option<Setting<LitStr>>,
    pub(crate) comment: Option<Setting<LitStr>>,
}

/// `#[column(…)]`
#[derive(Default)]
pub(crate) struct ColumnOptions {
    pub(crate) length: Option<Setting<LitInt>>,
    pub(crate) name: Option<Setting<LitStr>>,
    pub(crate) sql_type: Option<Setting<LitStr>>,
    pub(crate) precision: Option<Setting<LitInt>>,
    pub(crate) scale: Option<Setting<LitInt>>,
    pub(crate) default: Option<Setting<Literal>>,
    pub(crate) server_default: Option<Setting<LitStr>>,
    pub(crate) on_update: Option<Setting<LitStr>>,
    pub(crate) computed: Option<Setting<LitStr>>,
    pub(crate) stored: Option<Setting<()>>,
    pub(crate) trigger: Option<Setting<()>>,
    pub(crate) unique: Option<Setting<()>>,
    pub(crate) index: Option<Setting<()>>,
    pub(crate) check: Option<Setting<LitStr>>,
    pub(crate) collation: Option<Setting<LitStr>>,
    pub(crate) comment: Option<Setting<LitStr>>,
}

/// `#[embed(…)]` at a field
pub(crate) struct EmbedOptions {
    pub(crate) prefix: Option<Setting<LitStr>>,
}

/// A relationship attribute.
pub(crate) struct Relationship {
    pub(crate) attribute: Path,
    pub(crate) options: RelationshipOptions,
}

/// The options of the four relationship attributes.
pub(crate) enum RelationshipOptions {
    BelongsTo(BelongsToOptions),
    HasMany(InverseOptions),
    HasOne(InverseOptions),
    ManyToMany(ManyToManyOptions),
}

/// `#[belongs_to(…)]`
pub(crate) struct BelongsToOptions {
    pub(crate) unique: Option<Setting<()>>,
    pub(crate) column: Option<Setting<LitStr>>,
    pub(crate) columns: Option<Setting<Vec<LitStr>>>,
    pub(crate) on_delete: Option<Setting<LitStr>>,
    pub(crate) on_update: Option<Setting<LitStr>>,
    pub(crate) index: Option<Setting<LitBool>>,
}

/// `#[has_many(…)]` and `#[has_one(…)]`
pub(crate) struct InverseOptions {
    pub(crate) inverse: Option<Setting<Ident>>,
    pub(crate) cascade: Option<Setting<()>>,
    pub(crate) delete_orphan: Option<Setting<()>>,
    pub(crate) passive_deletes: Option<Setting<()>>,
    pub(crate) restrict: Option<Setting<()>>,
    pub(crate) order_by: Option<Setting<Vec<Sort>>>,
}

/// `#[many_to_many(…)]`
pub(crate) struct ManyToManyOptions {
    pub(crate) through: Option<Setting<Table>>,
    pub(crate) from: Option<Setting<End>>,
    pub(crate) to: Option<Setting<End>>,
    pub(crate) inverse: Option<Setting<Ident>>,
    pub(crate) one_sided: Option<Setting<()>>,
    pub(crate) order_by: Option<Setting<Vec<Sort>>>,
}

/// What a many-to-many relationship goes through.
pub(crate) enum Table {
    /// A table of this name, of nothing but the two foreign keys.
    Named(LitStr),
    /// A model.
    Model(Path),
}

impl ModelOptions {
    pub(crate) fn read(attribute: &Attribute, errors: &mut Errors) -> Self {
        let mut options = Options::of(attribute, errors);
        let model = Self {
            table: options.text("table"),
            no_default: options.flag("no_default"),
            hooks: options.flag("hooks"),
            unique: options.field_lists("unique"),
            index: options.field_lists("index"),
            engine: options.text("engine"),
            charset: options.text("charset"),
            collation: options.text("collation"),
            comment: options.text("comment"),
        };
        options.finish();
        model
    }

    /// `#[embed(…)]` at a struct: no table of its own, so there is less to say.
    pub(crate) fn read_embedded(attribute: &Attribute, errors: &mut Errors) -> Self {
        let mut options = Options::of(attribute, errors);
        let embedded = Self { no_default: options.flag("no_default"), ..Self::default() };
        options.finish();
        embedded
    }
}

impl EmbedOptions {
    pub(crate) fn read(attribute: &Attribute, errors: &mut Errors) -> Self {
        let mut options = Options::of(attribute, errors);
        let embed = Self { prefix: options.text("prefix") };
        options.finish();
        embed
    }
}

impl ColumnOptions {
    pub(crate) fn read(attribute: &Attribute, errors: &mut Errors) -> Self {
        let mut options = Options::of(attribute, errors);
        let column = Self {
            length: options.number("length"),
            name: options.text("name"),
            sql_type: options.text("sql_type"),
            precision: options.number("precision"),
            scale: options.number("scale"),
            default: options.literal("default"),
            server_default: options.text("server_default"),
            on_update: options.text("on_update"),
            computed: options.text("computed"),
            stored: options.flag("stored"),
            trigger: options.flag("trigger"),
            unique: options.flag("unique"),
            index: options.flag("index"),
            check: options.text("check"),
            collation: options.text("collation"),
            comment: options.text("comment"),
        };
        options.finish();
        column
    }
}

impl Relationship {
    /// The relationship that an attribute declares; `None` for another attribute.
    pub(crate) fn read(attribute: &Attribute, errors: &mut Errors) -> Option<Self> {
        let options = match attribute.path().get_ident()?.to_string().as_str() {
            "belongs_to" => RelationshipOptions::BelongsTo(BelongsToOptions::read(attribute, errors)),
            "has_many" => RelationshipOptions::HasMany(InverseOptions::read(attribute, errors)),
            "has_one" => RelationshipOptions::HasOne(InverseOptions::read(attribute, errors)),
            "many_to_many" => RelationshipOptions::ManyToMany(ManyToManyOptions::read(attribute, errors)),
            _ => return None,
        };
        Some(Self { attribute: attribute.path().clone(), options })
    }
}

impl BelongsToOptions {
    fn read(attribute: &Attribute, errors: &mut Errors) -> Self {
        let mut options = Options::of(attribute, errors);
        let belongs_to = Self {
            unique: options.flag("unique"),
            column: options.text("column"),
            columns: options.texts("columns"),
            on_delete: options.text("on_delete"),
            on_update: options.text("on_update"),
            index: options.truth("index"),
        };
        options.finish();
        belongs_to
    }
}

impl InverseOptions {
    fn read(attribute: &Attribute, errors: &mut Errors) -> Self {
        let mut options = Options::of(attribute, errors);
        let inverse = Self {
            inverse: options.field("inverse"),
            cascade: options.flag("cascade"),
            delete_orphan: options.flag("delete_orphan"),
            passive_deletes: options.flag("passive_deletes"),
            restrict: options.flag("restrict"),
            order_by: options.order("order_by"),
        };
        options.finish();
        inverse
    }
}

impl ManyToManyOptions {
    fn read(attribute: &Attribute, errors: &mut Errors) -> Self {
        let mut options = Options::of(attribute, errors);
        let many_to_many = Self {
            through: options.table("through"),
            from: options.end("from"),
            to: options.end("to"),
            inverse: options.field("inverse"),
            one_sided: options.flag("one_sided"),
            order_by: options.order("order_by"),
        };
        options.finish();
        many_to_many
    }
}

/// `#[primary_key]` and `#[version]` take no options.
pub(crate) fn read_without_options(attribute: &Attribute, errors: &mut Errors) -> Path {
    Options::of(attribute, errors).finish();
    attribute.path().clone()
}
