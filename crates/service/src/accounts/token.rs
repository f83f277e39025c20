//! Random tokens: what a browser shows, and what one-time links hold.

use argon2::password_hash::rand_core::{OsRng, RngCore};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use store::TokenHash;

/// 32 random bytes. As long as that, a plain hash is enough to store them by.
pub(super) struct Token([u8; 32]);

impl Token {
    /// A new one.
    pub(super) fn random() -> Self {
        let mut bytes = [0; 32];
        OsRng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// Reads 64 hexadecimal digits.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.as_bytes();
        if text.len() != 64 {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, digits) in bytes.iter_mut().zip(text.as_chunks::<2>().0) {
            let digits = std::str::from_utf8(digits).ok()?;
            *byte = u8::from_str_radix(digits, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// As 64 hexadecimal digits.
    pub(super) fn text(&self) -> String {
        self.0.iter().fold(String::new(), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// What is stored.
    pub(super) fn hash(&self) -> TokenHash {
        Sha256::digest(self.0).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_survive_as_text_and_differ() {
        let token = Token::random();
        let read = Token::parse(&token.text()).unwrap();
        assert_eq!(read.hash(), token.hash());
        assert_ne!(Token::random().text(), token.text());
        for bad in ["", "ff", &"g".repeat(64), &"é".repeat(32)] {
            assert!(Token::parse(bad).is_none(), "{bad}");
        }
    }
}
