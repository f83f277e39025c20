//! Which model answers, on which device, and how to get a better one.

use super::state::sentence;
use crate::api::ApiError;
use domain::{Device, ModelInfo};
use leptos::prelude::*;

/// The model's name and device; a click shows what that means.
#[component]
pub fn ModelBadge(
    /// What the server says about it.
    model: Result<ModelInfo, ApiError>,
) -> impl IntoView {
    match model {
        Ok(model) => view! { <ModelPopover model /> }.into_any(),
        // The page says itself that it is not for whoever looks.
        Err(ApiError::Forbidden(_)) => ().into_any(),
        Err(error) => {
            view! { <span class="badge bad">{sentence(&error.to_string())}</span> }.into_any()
        }
    }
}

#[component]
fn ModelPopover(model: ModelInfo) -> impl IntoView {
    let device = device_name(model.device);
    let trial = model
        .embedded
        .then(|| view! { <span class="badge warn">"for trying"</span> });
    view! {
        <button type="button" class="button quiet" popovertarget="model" aria-haspopup="dialog">
            <span class="model-name">{format!("{} on {device}", model.name)}</span>
            {trial}
        </button>
        <section id="model" class="popover" popover="auto" role="dialog" aria-label="Model">
            <h2>"Model"</h2>
            <dl class="facts">
                <dt>"Name"</dt>
                <dd>{model.name.clone()}</dd>
                <dt>"Device"</dt>
                <dd>{device}</dd>
                <dt>"Input"</dt>
                <dd>{format!("{0} x {0} pixels", model.image_size)}</dd>
                <dt>"Checkpoint"</dt>
                <dd>
                    <code>{model.hash.clone()}</code>
                </dd>
            </dl>
            {model.embedded.then(|| view! { <EmbeddedNote /> })}
        </section>
    }
}

/// What the embedded model is good for, and how to get SAM 2.1.
#[component]
pub fn EmbeddedNote() -> impl IntoView {
    view! {
        <div class="note">
            <p>
                "This is the small embedded model. It is for trying the tool: its masks are rough on drawn scenes \
                 and poor on real films. To annotate, use SAM 2.1:"
            </p>
            <ol>
                <li>
                    "Download a checkpoint: " <code>"scenediff checkpoint download large"</code>
                    " (or "<code>"base_plus"</code>", "<code>"small"</code>", "<code>"tiny"</code>")."
                </li>
                <li>
                    "Start the server again: it takes the largest one that fits into memory."
                </li>
            </ol>
        </div>
    }
}

/// The device as people call it.
#[must_use]
pub fn device_name(device: Device) -> &'static str {
    match device {
        Device::Cpu => "CPU",
        Device::Cuda => "NVIDIA GPU",
    }
}
