//! The person in the bar, and signing out.

use domain::{Me, Permission};
use leptos::prelude::*;

/// The name; a click opens what a person can do about being signed in. Nothing where nobody signs in.
#[component]
pub fn PersonMenu(
    /// Whoever looks at the page.
    me: Me,
) -> impl IntoView {
    let Me { person, team } = me;
    team.then(|| {
        let is_lead = person.may(Permission::ManagePeople);
        view! {
            <button
                type="button"
                class="button quiet"
                popovertarget="person"
                aria-haspopup="dialog"
                title="Signed in"
            >
                <span class="person-initial" aria-hidden="true">
                    {person.name.chars().next()}
                </span>
                <span class="person-name">{person.name.clone()}</span>
            </button>
            <section id="person" class="popover narrow" popover="auto" role="dialog" aria-label="Your account">
                <div>
                    <h2>{person.name}</h2>
                    <p class="muted">{person.role.as_str()}</p>
                </div>
                {is_lead.then(|| view! { <p><a href="/people">"People"</a></p> })}
                <p><a href="/password">"Change password"</a></p>
                // Plain forms: the server answers with the page to go to, and takes the cookie away.
                <form method="post" action="/sign-out">
                    <button type="submit" class="button">"Sign out"</button>
                </form>
                <form method="post" action="/sign-out/everywhere">
                    <button type="submit" class="button">"Sign out in every browser"</button>
                </form>
            </section>
        }
    })
}
