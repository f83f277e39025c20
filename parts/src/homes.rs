//! Which file each piece of the program is in.

use std::collections::{BTreeMap, BTreeSet};

/// What some pages share, and others do not, has a file of its own from this many bytes on; the rest is loaded with every
/// page, as a request costs more than it does.
const LARGE: usize = 25_000;

/// The page that stands for all in the name of a part.
const ANY: &str = "any";

/// Where a piece is.
#[derive(Clone, Debug, PartialEq)]
pub enum Home {
    /// In a file of its own: what only one part needs.
    Own,
    /// With others in the file of this name.
    Shared(String),
    /// In the file of the only page that needs it, or that has the parts which do.
    Page(String),
}

impl Home {
    /// The name of the file, without the ending.
    pub fn file(&self, piece: &str) -> String {
        match self {
            Self::Own => piece.to_owned(),
            Self::Shared(file) => file.clone(),
            Self::Page(page) => format!("split_{page}"),
        }
    }
}

/// A piece of the program.
pub struct Piece {
    /// Its name: `chunk_`, and a number, when several parts need it.
    pub name: String,
    /// The parts that need it.
    pub users: Vec<String>,
    /// Its size.
    pub bytes: usize,
}

/// The home of every piece.
///
/// A part is a page, or named `PAGE_and_PAGE__PART` when those pages have it and it never comes without one of them; `any`
/// stands for all pages.
pub fn homes<'a>(pieces: impl Iterator<Item = &'a Piece>) -> BTreeMap<String, Home> {
    let mut homes = BTreeMap::new();
    let mut groups: BTreeMap<BTreeSet<&str>, Vec<&Piece>> = BTreeMap::new();
    for piece in pieces {
        if piece.name.starts_with("chunk_") {
            let pages = piece.users.iter().flat_map(|part| pages(part));
            groups.entry(pages.collect()).or_default().push(piece);
        } else {
            homes.insert(piece.name.clone(), Home::Own);
        }
    }
    for (pages, pieces) in groups {
        let bytes: usize = pieces.iter().map(|piece| piece.bytes).sum();
        let pages: Vec<&str> = pages.into_iter().collect();
        let home = match pages[..] {
            [page] if page != ANY => Home::Page(page.to_owned()),
            _ if bytes < LARGE || pages.contains(&ANY) => Home::Shared("shared".to_owned()),
            _ => Home::Shared(format!("shared_{}", pages.join("_"))),
        };
        homes.extend(
            pieces
                .iter()
                .map(|piece| (piece.name.clone(), home.clone())),
        );
    }
    homes
}

fn pages(part: &str) -> Vec<&str> {
    match part.split_once("__") {
        Some((pages, _)) => pages.split("_and_").collect(),
        None => vec![part],
    }
}

#[cfg(test)]
mod tests {
    use super::{Home, LARGE, Piece, homes};

    #[test]
    fn a_piece_is_where_all_who_need_it_find_it() {
        let page = |page: &str| Home::Page(page.into());
        let shared = |file: &str| Home::Shared(file.into());
        let cases: [(&[&str], usize, Home); 6] = [
            (&["workspace", "workspace__search"], 1, page("workspace")),
            (
                &["workspace__search", "workspace__masks"],
                LARGE,
                page("workspace"),
            ),
            (&["sessions", "any__queue"], LARGE, shared("shared")),
            (&["people", "sessions"], 1, shared("shared")),
            (
                &["review", "workspace"],
                LARGE - 1,
                shared("shared_review_workspace"),
            ),
            (
                &["review_and_workspace__threads", "workspace"],
                1,
                shared("shared_review_workspace"),
            ),
        ];
        let piece = |(number, (users, bytes, _)): (usize, &(&[&str], usize, Home))| Piece {
            name: format!("chunk_{number}"),
            users: users.iter().map(|user| (*user).to_owned()).collect(),
            bytes: *bytes,
        };
        let mut pieces: Vec<Piece> = cases.iter().enumerate().map(piece).collect();
        pieces.push(Piece {
            name: "split_people".into(),
            users: vec!["people".into()],
            bytes: 1,
        });
        let found = homes(pieces.iter());
        for (number, (users, _, home)) in cases.iter().enumerate() {
            assert_eq!(found[&format!("chunk_{number}")], *home, "{users:?}");
        }
        assert_eq!(found["split_people"], Home::Own);
    }
}
