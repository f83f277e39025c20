//! How arguments and answers travel: as JSON.

use leptos::server_fn::codec::Post;
use leptos::server_fn::{ContentType, Decodes, Encodes, Format, FormatType};
use serde::Serialize;
use serde::de::DeserializeOwned;
use server_fn::Bytes;

/// Arguments and answers as JSON in the body of a `POST` request.
pub type Json = Post<JsonText>;

/// JSON that is read as text.
///
/// The browser reads events and the data of a page as text, too: with one kind of source, each type's reader is compiled once.
pub struct JsonText;

impl ContentType for JsonText {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for JsonText {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for JsonText {
    type Error = serde_json::Error;

    fn encode(output: &T) -> Result<Bytes, Self::Error> {
        serde_json::to_vec(output).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for JsonText {
    type Error = serde_json::Error;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        let text = std::str::from_utf8(&bytes).map_err(serde::de::Error::custom)?;
        serde_json::from_str(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::ApiError;

    #[test]
    fn values_survive_and_what_is_no_text_is_an_error() {
        let error = ApiError::Refused("give the object a label".into());
        let bytes = JsonText::encode(&error).unwrap();
        assert_eq!(
            <JsonText as Decodes<ApiError>>::decode(bytes).unwrap(),
            error
        );
        let broken = Bytes::from_static(b"\"\xff\"");
        assert!(<JsonText as Decodes<String>>::decode(broken).is_err());
    }
}
