//! `scenediff serve`: opens the data folder, loads the model, starts the jobs and answers requests.

use crate::config::ServeArgs;
use crate::connections;
use crate::router::{self, AppState, Hosts};
use crate::routes::upload::Staging;
use anyhow::{Context, bail};
use jobs::{Jobs, JobsConfig, JobsError};
use leptos::config::LeptosOptions;
use sam2::FeatureLimits;
use service::{Accounts, ObjectDatabase, Service};
use std::fs::{self, File, TryLockError};
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use store::Store;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// How long open requests may take to end after the server was asked to stop.
const GRACE: Duration = Duration::from_secs(5);

pub fn run(args: ServeArgs) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    let outcome = runtime.block_on(serve(args));
    // The model may be in the middle of a frame; its job goes on from the last chunk at the next start.
    runtime.shutdown_background();
    outcome.map(|()| ExitCode::SUCCESS)
}

async fn serve(args: ServeArgs) -> anyhow::Result<()> {
    // The address first: a second server on the same port must not touch the data of the first.
    let listener = TcpListener::bind(args.listen)
        .await
        .with_context(|| format!("cannot listen on {}", args.listen))?;
    let address = listener.local_addr()?;
    let site = args.site()?;
    if !site.join("pkg/scenediff.js").is_file() {
        tracing::warn!(site = %site.display(), "the browser part is missing, pages will not react: build it with scripts/build.sh or give --site");
    }

    fs::create_dir_all(&args.data.folder)
        .with_context(|| format!("cannot make the data folder {}", args.data.folder.display()))?;
    let data = fs::canonicalize(&args.data.folder)
        .with_context(|| format!("cannot open the data folder {}", args.data.folder.display()))?;
    let _lock = lock(&data)?;
    let store = Store::open(&data.join("scenediff.sqlite")).await?;
    let (model, places) = (args.model.clone(), args.data.clone());
    let segmenter = tokio::task::spawn_blocking(move || model.load(&places)).await??;
    let worker = std::env::current_exe().context("cannot tell where this program lies")?;
    let jobs = Jobs::start(
        JobsConfig {
            features: FeatureLimits {
                disk_bytes: args.feature_cache,
                ..FeatureLimits::default()
            },
            ..JobsConfig::new(data.clone(), worker)
        },
        store.clone(),
        segmenter,
    )
    .await?;

    let stop = CancellationToken::new();
    tokio::spawn(warm_up(
        jobs.warm_up(|stage| tracing::info!(stage, "warming up")),
    ));
    let accounts = Accounts::new(store.clone(), args.team || !address.ip().is_loopback());
    let database = args.object_database.as_deref().map(ObjectDatabase::new);
    let service = Service::start(store, jobs.clone(), accounts.clone())
        .await?
        .with_object_database(database);
    let model = service.model();
    let state = AppState {
        service,
        accounts: accounts.clone(),
        staging: Staging::prepare(&data, args.max_upload)?,
        leptos: leptos_options(&site, address)?,
        stop: stop.clone(),
    };
    let hosts = Hosts::new(address.ip(), args.host);
    let app = router::router(state, hosts);

    tracing::info!(data = %data.display(), model = model.name, hash = model.hash, device = ?model.device, "started");
    eprintln!("SceneDiff Annotator: http://{address}");
    if accounts.team()
        && let Some(path) = accounts.first_link().await?
    {
        eprintln!(
            "Nobody can sign in yet. The first lead makes an account here, once: http://{address}{path}"
        );
    }

    let server = tokio::spawn(connections::serve(listener, app, stop.clone()));
    asked_to_stop().await?;
    stop.cancel();
    tracing::info!("stopping; running jobs go on at the next start");
    jobs.stop().await;
    match tokio::time::timeout(GRACE, server).await {
        Ok(ended) => ended.context("the server failed"),
        Err(_) => Ok(()),
    }
}

/// Waits for the model's first calls, and says how they went.
async fn warm_up(first_calls: impl Future<Output = Result<(), JobsError>>) {
    let start = Instant::now();
    match first_calls.await {
        Ok(()) => tracing::info!(seconds = start.elapsed().as_secs_f32(), "the model is warm"),
        Err(error) => tracing::error!(
            reason = error.reason(),
            "the model failed at its first calls; clicks and jobs are tried all the same"
        ),
    }
}

/// Keeps a second server away from the same data for as long as the file is open.
fn lock(data: &Path) -> anyhow::Result<File> {
    let path = data.join("lock");
    let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!(
            "another scenediff uses the data folder {}: stop it, or give another --data",
            data.display()
        ),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("cannot lock {}", path.display()))
        }
    }
}

/// Waits for SIGTERM or ctrl-c.
async fn asked_to_stop() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for signals")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for signals")?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

/// Names of the browser's files, as the build step writes them.
fn leptos_options(site: &Path, address: SocketAddr) -> anyhow::Result<LeptosOptions> {
    let root = site
        .to_str()
        .with_context(|| format!("the path of the site is no valid text: {}", site.display()))?;
    Ok(LeptosOptions::builder()
        .output_name("scenediff")
        .site_root(root)
        .site_addr(address)
        .build())
}
