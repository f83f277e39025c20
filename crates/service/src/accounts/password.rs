//! Passwords as argon2id hashes, with the library's own parameters (those that OWASP recommends).

use argon2::Argon2;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{
    Error, PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString,
};

/// The hash of a password, with a salt of its own.
pub(super) fn hash(password: &str) -> Result<String, String> {
    let salt = SaltString::generate(&mut OsRng);
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    Ok(hash.map_err(|error| error.to_string())?.to_string())
}

/// Whether `password` is the one of which `stored` is the hash; nothing stored takes as long, and is never right.
pub(super) fn verify(stored: Option<&str>, password: &str) -> Result<bool, String> {
    let Some(stored) = stored else {
        hash(password)?;
        return Ok(false);
    };
    let stored = PasswordHash::new(stored)
        .map_err(|error| format!("a stored password hash cannot be read: {error}"))?;
    match Argon2::default().verify_password(password.as_bytes(), &stored) {
        Ok(()) => Ok(true),
        Err(Error::Password) => Ok(false),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_password_is_right() {
        let stored = hash("correct horse").unwrap();
        assert!(stored.starts_with("$argon2id$"), "{stored}");
        assert_ne!(stored, hash("correct horse").unwrap(), "salted");
        assert_eq!(verify(Some(&stored), "correct horse"), Ok(true));
        assert_eq!(verify(Some(&stored), "correct horsf"), Ok(false));
        assert_eq!(verify(None, "correct horse"), Ok(false));
        assert!(verify(Some("nonsense"), "x").is_err());
    }
}
