//! Reads JSON with little code: the browser loads a reader for every type that it is sent.
//!
//! What `serde` makes for a struct knows it as a list of values, too. Here it gets the values of an object in the order of its
//! fields, and for a variant its number, so that no code is needed that looks for names.

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde_json::{Error, Map, Value};
use std::vec;

/// Reads a value. A field that is not there must be an [`Option`], whatever `#[serde(default)]` says.
///
/// # Errors
/// When `text` is no JSON, or not that of such a value.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    T::deserialize(Reader::Value(serde_json::from_str(text)?))
}

/// What is read next.
enum Reader {
    Value(Value),
    /// There is no field of this name.
    Missing(&'static str),
}

impl Reader {
    fn boolean(self) -> Result<bool, Error> {
        match self {
            Self::Value(Value::Bool(value)) => Ok(value),
            other => Err(other.is_no("true or false")),
        }
    }

    fn unsigned(self) -> Result<u64, Error> {
        match &self {
            Self::Value(Value::Number(number)) => number.as_u64(),
            _ => None,
        }
        .ok_or_else(|| self.is_no("whole number from 0"))
    }

    fn signed(self) -> Result<i64, Error> {
        match &self {
            Self::Value(Value::Number(number)) => number.as_i64(),
            _ => None,
        }
        .ok_or_else(|| self.is_no("whole number"))
    }

    fn float(self) -> Result<f64, Error> {
        match &self {
            Self::Value(Value::Number(number)) => number.as_f64(),
            _ => None,
        }
        .ok_or_else(|| self.is_no("number"))
    }

    fn string(self) -> Result<String, Error> {
        match self {
            Self::Value(Value::String(text)) => Ok(text),
            other => Err(other.is_no("text")),
        }
    }

    fn list(self) -> Result<List, Error> {
        match self {
            Self::Value(Value::Array(list)) => Ok(List(list.into_iter())),
            other => Err(other.is_no("list")),
        }
    }

    fn visit_list<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let mut list = self.list()?;
        let value = visitor.visit_seq(&mut list)?;
        match list.0.len() {
            0 => Ok(value),
            left => Err(Error::custom(format_args!(
                "the list has {left} values too many"
            ))),
        }
    }

    fn fields(self, names: &'static [&'static str]) -> Result<Fields, Error> {
        match self {
            Self::Value(Value::Object(values)) => Ok(Fields { values, names }),
            other => Err(other.is_no("object")),
        }
    }

    fn variant(self, names: &'static [&'static str]) -> Result<Variant, Error> {
        let (name, content) = match self {
            Self::Value(Value::Object(map)) if map.len() == 1 => {
                map.into_iter().next().unwrap_or_default()
            }
            other => (other.string()?, Value::Null),
        };
        let number = (0..).zip(names).find(|(_, known)| **known == name);
        let (number, _) = number.ok_or_else(|| Error::unknown_variant(&name, names))?;
        Ok(Variant { number, content })
    }

    #[cold]
    fn is_no(&self, wanted: &'static str) -> Error {
        let found = match self {
            Self::Missing(name) => return Error::missing_field(name),
            Self::Value(Value::Null) => Unexpected::Unit,
            Self::Value(Value::Bool(value)) => Unexpected::Bool(*value),
            Self::Value(Value::Number(number)) => {
                Unexpected::Float(number.as_f64().unwrap_or(f64::NAN))
            }
            Self::Value(Value::String(text)) => Unexpected::Str(text),
            Self::Value(Value::Array(_)) => Unexpected::Seq,
            Self::Value(Value::Object(_)) => Unexpected::Map,
        };
        Error::invalid_type(found, &wanted)
    }
}

/// Methods of a deserializer that take one kind of value.
macro_rules! take {
    ($($method:ident = $take:ident, $visit:ident;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            visitor.$visit(self.$take()?)
        }
    )*};
}

impl<'de> Deserializer<'de> for Reader {
    type Error = Error;

    take! {
        deserialize_bool = boolean, visit_bool;
        deserialize_u8 = unsigned, visit_u64;
        deserialize_u16 = unsigned, visit_u64;
        deserialize_u32 = unsigned, visit_u64;
        deserialize_u64 = unsigned, visit_u64;
        deserialize_i8 = signed, visit_i64;
        deserialize_i16 = signed, visit_i64;
        deserialize_i32 = signed, visit_i64;
        deserialize_i64 = signed, visit_i64;
        deserialize_f32 = float, visit_f64;
        deserialize_f64 = float, visit_f64;
        deserialize_char = string, visit_string;
        deserialize_str = string, visit_string;
        deserialize_string = string, visit_string;
    }

    /// For what is read by what it says of itself, as enums with a tag are; that takes far more program.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Value(value) => value.deserialize_any(visitor),
            missing @ Self::Missing(_) => Err(missing.is_no("value")),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Value(Value::Null) => visitor.visit_unit(),
            other => Err(other.is_no("null")),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Missing(_) | Self::Value(Value::Null) => visitor.visit_none(),
            value => visitor.visit_some(value),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.visit_list(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.visit_list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.visit_list(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_seq(self.fields(names)?)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(self.variant(names)?)
    }

    serde::forward_to_deserialize_any! {
        i128 u128 bytes byte_buf unit_struct map identifier ignored_any
    }
}

/// The values of a list.
struct List(vec::IntoIter<Value>);

impl<'de> SeqAccess<'de> for List {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        self.0
            .next()
            .map(|value| seed.deserialize(Reader::Value(value)))
            .transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

/// The values of an object, in the order of the names.
struct Fields {
    values: Map<String, Value>,
    names: &'static [&'static str],
}

impl Fields {
    fn next(&mut self) -> Option<Reader> {
        let (name, left) = self.names.split_first()?;
        self.names = left;
        let value = self.values.remove(*name);
        Some(value.map_or(Reader::Missing(name), Reader::Value))
    }
}

impl<'de> SeqAccess<'de> for Fields {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        self.next().map(|value| seed.deserialize(value)).transpose()
    }
}

/// One of an enum.
struct Variant {
    number: u32,
    content: Value,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Error;
    type Variant = Reader;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Reader), Error> {
        let name = seed.deserialize(self.number.into_deserializer())?;
        Ok((name, Reader::Value(self.content)))
    }
}

impl<'de> VariantAccess<'de> for Reader {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        match self {
            Self::Value(Value::Null) => Ok(()),
            other => Err(other.is_no("variant without content")),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.visit_list(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_seq(self.fields(names)?)
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use serde::{Deserialize, Serialize};
    use serde_json::json;
    use std::fmt::Debug;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Figures(u32, f32, Option<i64>);

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Name(String);

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Plain,
        Named(Name),
        Both(u8, char),
        Far { from: i32, to: Option<f64> },
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    enum Tagged {
        Here,
        There { at: u64 },
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct All {
        kinds: Vec<Kind>,
        figures: [Figures; 2],
        pair: (bool, ()),
        #[serde(rename = "and")]
        or: Option<Box<All>>,
        tagged: Vec<Tagged>,
    }

    fn all(or: Option<Box<All>>) -> All {
        All {
            kinds: vec![
                Kind::Plain,
                Kind::Named(Name("a \"b\" \u{1f4a1}".into())),
                Kind::Both(255, 'x'),
                Kind::Far {
                    from: -3,
                    to: Some(0.1),
                },
                Kind::Far {
                    from: i32::MIN,
                    to: None,
                },
            ],
            figures: [
                Figures(u32::MAX, 0.1, Some(i64::MIN)),
                Figures(0, 3.0, None),
            ],
            pair: (true, ()),
            or,
            tagged: vec![Tagged::Here, Tagged::There { at: u64::MAX }],
        }
    }

    fn why<T: Debug + for<'de> Deserialize<'de>>(text: &str) -> String {
        read::<T>(text).unwrap_err().to_string()
    }

    #[test]
    fn what_was_written_is_read_as_by_serde_json() {
        let value = all(Some(Box::new(all(None))));
        let text = serde_json::to_string(&value).unwrap();
        assert_eq!(serde_json::from_str::<All>(&text).unwrap(), value);
        assert_eq!(read::<All>(&text).unwrap(), value);
    }

    #[test]
    fn fields_may_come_in_any_order_and_there_may_be_more() {
        let text = r#"{"far": {"more": [{}], "to": 2, "from": 1}}"#;
        assert_eq!(
            read::<Kind>(text).unwrap(),
            Kind::Far {
                from: 1,
                to: Some(2.0)
            }
        );
        let text = json!({ "far": { "from": 1 } }).to_string();
        assert_eq!(
            read::<Kind>(&text).unwrap(),
            Kind::Far { from: 1, to: None }
        );
    }

    #[test]
    fn an_error_says_what_is_wrong() {
        assert!(why::<Kind>("{").contains("EOF"));
        assert!(why::<Kind>("\"near\"").contains("unknown variant `near`"));
        assert!(why::<Kind>(r#"{"far": {}}"#).contains("missing field `from`"));
        assert!(why::<Kind>(r#"{"plain": 1}"#).contains("variant without content"));
        assert!(why::<Kind>(r#"{"both": [256, "x"]}"#).contains("256"));
        assert!(why::<Figures>("[1, 2]").contains("length"));
        assert!(why::<Figures>("[1, 2, null, 3]").contains("1 values too many"));
        assert!(why::<Vec<u32>>("[-1]").contains("whole number from 0"));
        assert!(why::<Name>("[]").contains("expected text"));
        assert!(why::<bool>("0").contains("true or false"));
        assert!(why::<All>("null").contains("object"));
        assert!(why::<Tagged>(r#"{"kind": "far"}"#).contains("far"));
        assert!(why::<()>("1").contains("null"));
    }
}
