//! Mistakes of the user: how one is made, and how all of one struct are told at once.

use proc_macro2::TokenStream;
use quote::ToTokens;

/// The mistakes found so far.
#[derive(Default)]
pub(crate) struct Errors(Vec<syn::Error>);

impl Errors {
    /// Adds a mistake.
    pub(crate) fn push(&mut self, error: syn::Error) {
        self.0.push(error);
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The first that was found after there were `count`.
    pub(crate) fn first_after(&self, count: usize) -> Option<syn::Error> {
        self.0.get(count).cloned()
    }

    /// Each token to change, and what is said about it.
    #[cfg(test)]
    pub(crate) fn told(&self) -> String {
        let told = |error: &syn::Error| {
            let token = error.span().source_text().unwrap_or_default();
            format!("{token}\n    {error}\n")
        };
        self.0.iter().map(told).collect()
    }
}

impl ToTokens for Errors {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let all = self.0.iter().cloned().reduce(|mut all, error| {
            all.combine(error);
            all
        });
        tokens.extend(all.map(syn::Error::into_compile_error));
    }
}

/// `err!(&token, "what is wrong: what to write", …)`: a mistake at the token to change.
macro_rules! err {
    ($tokens:expr, $($message:tt)+) => {
        ::syn::Error::new_spanned($tokens, ::std::format!($($message)+))
    };
}

pub(crate) use err;
