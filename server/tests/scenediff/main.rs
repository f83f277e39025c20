//! The program from outside: a real process, real files, real requests.

mod checkpoint;
mod clips;
mod connections;
mod dashboard;
mod decoder;
mod events;
mod frames;
mod http;
mod object_database;
mod pages;
mod people;
mod refusals;
mod restart;
mod results;
mod reviews;
mod server;
mod track;
mod upload;
mod upload_for_review;
