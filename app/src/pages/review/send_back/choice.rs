//! One object of the list of what is sent back.

use crate::components::object_table::Swatch;
use domain::{AskedViews, Object, Review, VIEWS_MAX, Verdict, VideoSide};
use leptos::prelude::*;

/// An object of the list, and what is asked for.
#[derive(Clone, PartialEq)]
pub(super) struct Choice {
    /// The object.
    pub object: Object,
    comment: String,
    chosen: bool,
    /// Per video: whether it is asked for, and how many frames.
    videos: [(bool, u8); 2],
}

impl Choice {
    /// What was sent back already is chosen as it was; else objects that are marked, in every video that they are in.
    pub fn new(object: Object, review: &Review) -> Self {
        let asked = |side| {
            let mut asked = review.asked.iter();
            asked.find(|asked| asked.object == object.id && asked.side == side)
        };
        let is_asked = VideoSide::BOTH.iter().any(|side| asked(*side).is_some());
        let videos = VideoSide::BOTH.map(|side| match asked(side) {
            Some(asked) => (true, asked.views),
            None => (object.fields.is_in(side) && !is_asked, 1),
        });
        let marked = review.verdict(object.id) == Some(Verdict::NeedsReannotation);
        Self {
            comment: review
                .of(object.id)
                .map(|said| said.comment.clone())
                .unwrap_or_default(),
            chosen: marked || is_asked,
            videos,
            object,
        }
    }

    /// What is sent back of it.
    pub fn asked(&self) -> impl Iterator<Item = AskedViews> {
        let object = self.object.id;
        let videos = VideoSide::BOTH.into_iter().zip(self.videos);
        let videos = videos.filter(|(_, (wanted, _))| self.chosen && *wanted);
        videos.map(move |(side, (_, views))| AskedViews {
            object,
            side,
            views,
        })
    }
}

/// The object with its comment, and per video whether it is asked for and on how many frames.
#[component]
pub(super) fn ChoiceRow(
    choices: RwSignal<Vec<Choice>>,
    at: usize,
    object: Object,
) -> impl IntoView {
    let title = object.fields.title();
    let chosen =
        Memo::new(move |_| choices.with(|all| all.get(at).is_some_and(|choice| choice.chosen)));
    let comment = Memo::new(move |_| {
        choices.with(|all| {
            all.get(at)
                .map(|choice| choice.comment.clone())
                .unwrap_or_default()
        })
    });
    let update = move |change: &dyn Fn(&mut Choice)| {
        choices.update(|all| all.get_mut(at).into_iter().for_each(change));
    };
    let video = |side: VideoSide| {
        let index = usize::from(side.number()) - 1;
        if !object.fields.is_in(side) {
            return view! { <td class="muted">"not in it"</td> }.into_any();
        }
        let asked = Memo::new(move |_| {
            choices.with(|all| {
                all.get(at)
                    .map_or((false, 1), |choice| choice.videos[index])
            })
        });
        let counts = (1..=VIEWS_MAX).map(|count| {
            let words = if count == 1 { "1 view".to_owned() } else { format!("{count} views") };
            view! { <option value=count.to_string() selected=asked.get_untracked().1 == count>{words}</option> }
        });
        view! {
            <td>
                <span class="asked-views">
                    <input
                        type="checkbox"
                        aria-label=format!("{title} in {side}")
                        prop:checked=move || asked.get().0
                        disabled=move || !chosen.get()
                        on:change:target=move |event| {
                            let wanted = event.target().checked();
                            update(&|choice| choice.videos[index].0 = wanted);
                        }
                    />
                    <select
                        aria-label=format!("Views of {title} in {side}")
                        prop:value=move || asked.get().1.to_string()
                        disabled=move || !(chosen.get() && asked.get().0)
                        on:change:target=move |event| {
                            if let Ok(views) = event.target().value().parse() {
                                update(&|choice| choice.videos[index].1 = views);
                            }
                        }
                    >
                        {counts.collect_view()}
                    </select>
                </span>
            </td>
        }
        .into_any()
    };
    let [one, two] = VideoSide::BOTH.map(video);
    view! {
        <tr>
            <th scope="row">
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=chosen
                        on:change:target=move |event| {
                            let wanted = event.target().checked();
                            update(&|choice| choice.chosen = wanted);
                        }
                    />
                    <Swatch colour=object.rgb() />
                    {title.clone()}
                </label>
                <p class="muted">{comment}</p>
            </th>
            {one}
            {two}
        </tr>
    }
}
