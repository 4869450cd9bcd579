//! A literal as a default value.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::ParseStream;
use syn::{LitBool, LitFloat, LitInt, LitStr, Token};

use crate::error::err;

/// `true`, `-1`, `0.5` or `"text"`.
pub(crate) enum Literal {
    Bool(LitBool),
    Integer(Option<Token![-]>, LitInt),
    Float(Option<Token![-]>, LitFloat),
    Text(LitStr),
}

impl Literal {
    /// Reads one.
    pub(crate) fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitBool) {
            return input.parse().map(Self::Bool);
        }
        if input.peek(LitStr) {
            return input.parse().map(Self::Text);
        }
        let minus: Option<Token![-]> = input.parse()?;
        if input.peek(LitFloat) {
            let number: LitFloat = input.parse()?;
            let finite = number.base10_parse::<f64>()?.is_finite();
            return if finite { Ok(Self::Float(minus, number)) } else { Err(err!(number, "too large")) };
        }
        let number: LitInt = input.parse()?;
        number.base10_parse::<i128>()?;
        Ok(Self::Integer(minus, number))
    }
}

impl ToTokens for Literal {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Bool(literal) => literal.to_tokens(tokens),
            Self::Integer(minus, literal) => {
                minus.to_tokens(tokens);
                literal.to_tokens(tokens);
            }
            Self::Float(minus, literal) => {
                minus.to_tokens(tokens);
                literal.to_tokens(tokens);
            }
            Self::Text(literal) => literal.to_tokens(tokens),
        }
    }
}
