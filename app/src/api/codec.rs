//! How arguments, answers and the data of pages travel: as JSON.

use super::reader::read;
use codee::{Decoder, Encoder};
use leptos::prelude::Resource;
use leptos::server_fn::codec::Post;
use leptos::server_fn::{ContentType, Decodes, Encodes, Format, FormatType};
use serde::Serialize;
use serde::de::DeserializeOwned;
use server_fn::Bytes;

/// Arguments and answers as JSON in the body of a `POST` request.
pub type Json = Post<JsonText>;

/// JSON that [`read`] reads.
pub struct JsonText;

/// What a page asks the server for while it is made: in its HTML when the server makes it, so that the browser need not ask.
pub type Loaded<T> = Resource<T, JsonText>;

/// Asks with `fetch`, again whenever `source` changes.
pub fn load<S, T, F>(
    source: impl Fn() -> S + Send + Sync + 'static,
    fetch: impl Fn(S) -> F + Send + Sync + 'static,
) -> Loaded<T>
where
    S: PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = T> + Send + 'static,
{
    Resource::new_with_options(source, fetch, false)
}

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
        read(text)
    }
}

impl<T: Serialize> Encoder<T> for JsonText {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, Self::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for JsonText {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, Self::Error> {
        read(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::ApiError;

    #[test]
    fn values_survive_and_what_is_no_text_is_an_error() {
        let error = ApiError::Refused("give the object a label".into());
        let bytes = <JsonText as Encodes<ApiError>>::encode(&error).unwrap();
        assert_eq!(
            <JsonText as Decodes<ApiError>>::decode(bytes).unwrap(),
            error
        );
        let broken = Bytes::from_static(b"\"\xff\"");
        assert!(<JsonText as Decodes<String>>::decode(broken).is_err());
    }
}
