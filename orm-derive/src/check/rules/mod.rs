//! The rules, each a function with a plain paragraph above it.

mod columns;
mod embedded;
mod indexes;
mod key;
mod many_to_many;
mod relationships;
mod types;

use syn::LitStr;

pub(super) use columns::{column_names, counts, default_table, fraction};
pub(super) use embedded::prefix;
pub(super) use relationships::{action, guessed_target};

use crate::error::{Errors, err};
use crate::parse::{Field, Model};

/// What a struct is held to.
pub(super) struct Rules {
    /// The rules that one field can break.
    pub(super) of_fields: &'static [fn(&Model, &Field, &mut Errors)],
    /// The rules about fields that must fit each other.
    pub(super) of_structs: &'static [fn(&Model, &mut Errors)],
}

pub(super) const OF_A_MODEL: Rules = Rules { of_fields: OF_FIELDS, of_structs: OF_MODELS };
pub(super) const OF_AN_EMBEDDED_VALUE: Rules = Rules { of_fields: OF_EMBEDDED_FIELDS, of_structs: OF_EMBEDDED_VALUES };

const OF_FIELDS: &[fn(&Model, &Field, &mut Errors)] = &[
    embedded::an_embedded_value_is_no_key,
    embedded::an_embedded_value_is_no_relationship,
    embedded::an_embedded_value_has_its_options_inside,
    embedded::a_prefix_leaves_room_for_a_name,
    relationships::a_field_is_one_relationship_at_most,
    relationships::a_relationship_type_has_its_attribute,
    relationships::a_relationship_attribute_is_on_its_type,
    relationships::a_foreign_key_names_its_columns_once,
    relationships::actions_are_known_and_possible,
    relationships::a_unique_foreign_key_has_an_index,
    relationships::members_have_one_fate,
    relationships::only_collections_are_ordered,
    relationships::no_relationship_is_hidden_by_a_view,
    many_to_many::many_to_many_leads_through_something,
    many_to_many::ends_are_columns_of_a_table_or_fields_of_a_model,
    many_to_many::from_has_a_column_for_each_of_the_key,
    many_to_many::both_ends_of_a_relationship_to_itself_are_named,
    many_to_many::one_sided_has_no_other_side,
    columns::column_options_are_on_columns,
    columns::auto_is_not_optional,
    columns::numbers_are_in_range,
    columns::a_column_has_one_type,
    columns::a_default_is_made_by_one_side,
    columns::a_default_is_of_its_type,
    columns::a_computed_column_is_made_by_the_database_alone,
    columns::a_version_is_a_column_of_its_own,
    columns::unique_is_an_index,
    types::a_column_has_a_type_of_the_server,
    types::a_type_of_the_server_fits_the_field,
    key::a_key_is_made_of_columns,
    key::a_key_is_never_null,
];

const OF_MODELS: &[fn(&Model, &mut Errors)] = &[
    key::a_model_has_a_primary_key,
    key::a_key_has_four_columns_at_most,
    key::one_column_is_auto_increment_and_leads_the_key,
    columns::a_model_has_one_version_at_most,
    columns::a_table_has_a_name_that_fits,
    columns::no_two_columns_have_the_same_name,
    embedded::no_two_values_have_the_same_columns,
    indexes::an_index_names_different_columns_of_the_model,
];

const OF_EMBEDDED_FIELDS: &[fn(&Model, &Field, &mut Errors)] = &[
    embedded::there_is_no_key_inside,
    embedded::there_are_no_relationships_inside,
    embedded::the_database_makes_no_values_inside,
    embedded::a_check_names_columns_in_backticks,
    embedded::an_embedded_value_has_its_options_inside,
    embedded::a_prefix_leaves_room_for_a_name,
    columns::numbers_are_in_range,
    columns::a_column_has_one_type,
    columns::a_default_is_of_its_type,
    columns::unique_is_an_index,
    types::a_column_has_a_type_of_the_server,
    types::a_type_of_the_server_fits_the_field,
];

const OF_EMBEDDED_VALUES: &[fn(&Model, &mut Errors)] = &[
    embedded::there_is_something_inside,
    columns::no_two_columns_have_the_same_name,
    embedded::no_two_values_have_the_same_columns,
];

/// The server allows names of 1 to 64 characters that do not end with a space.
pub(super) fn name_fits(name: &LitStr, errors: &mut Errors) {
    let text = name.value();
    let length = text.chars().count();
    if length == 0 || length > 64 || text.ends_with(' ') || text.contains('\0') {
        errors.push(err!(name, "a name in the database has 1 to 64 characters and does not end with a space"));
    }
}
