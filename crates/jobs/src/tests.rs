//! The jobs with a real store, real files and a small deterministic model.

mod chunk;
mod device;
mod fake;
mod full_disk;
mod ingest;
mod lanes;
mod order;
mod propagate;
mod reading;
mod resume;
mod review_file;
mod same_place;
mod search;
mod uploaded_masks;
mod world;
