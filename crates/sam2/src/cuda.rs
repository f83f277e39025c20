//! Finding out whether a GPU can be used before anything touches it.
//!
//! Asking Burn for a CUDA device on a machine without one panics, so the driver is asked first.

use libloading::Library;
use std::ffi::c_int;

/// Names under which NVRTC, the run-time compiler of kernels, is installed.
const NVRTC: [&str; 4] = [
    "libnvrtc.so",
    "libnvrtc.so.13",
    "libnvrtc.so.12",
    "libnvrtc.so.11.2",
];

/// Whether the CUDA driver, a GPU and the run-time compiler are there; gives the memory of the first GPU in bytes.
///
/// # Errors
/// Says what is missing and what to do.
pub(crate) fn present() -> Result<u64, String> {
    let driver = open("libcuda.so.1")
        .ok_or("there is no CUDA driver (libcuda.so.1): install the NVIDIA driver")?;
    let gpus = count_gpus(&driver)?;
    if gpus == 0 {
        return Err("the CUDA driver finds no GPU".into());
    }
    if !NVRTC.iter().any(|name| open(name).is_some()) {
        return Err("NVRTC (libnvrtc.so) is missing: install the CUDA toolkit".into());
    }
    memory(&driver)
}

#[expect(unsafe_code, reason = "loading a system library runs its initialisers")]
fn open(name: &str) -> Option<Library> {
    // SAFETY: NVIDIA's libraries have no initialiser that depends on our state.
    unsafe { Library::new(name) }.ok()
}

#[expect(unsafe_code, reason = "the driver's C functions are called directly")]
fn count_gpus(driver: &Library) -> Result<c_int, String> {
    let mut count = 0;
    // SAFETY: the signatures are those of the CUDA driver API; `count` outlives the call.
    let codes = unsafe {
        let init = driver
            .get::<unsafe extern "C" fn(u32) -> c_int>(b"cuInit\0")
            .map_err(damaged)?;
        let get_count = driver
            .get::<unsafe extern "C" fn(*mut c_int) -> c_int>(b"cuDeviceGetCount\0")
            .map_err(damaged)?;
        (init(0), get_count(&mut count))
    };
    match codes {
        (0, 0) => Ok(count),
        (init, _) => Err(format!(
            "the CUDA driver does not start (error {init}): is a GPU there?"
        )),
    }
}

#[expect(unsafe_code, reason = "the driver's C functions are called directly")]
fn memory(driver: &Library) -> Result<u64, String> {
    let (mut gpu, mut bytes) = (0, 0);
    // SAFETY: the signatures are those of the CUDA driver API; `gpu` and `bytes` outlive the calls.
    let codes = unsafe {
        let get = driver
            .get::<unsafe extern "C" fn(*mut c_int, c_int) -> c_int>(b"cuDeviceGet\0")
            .map_err(damaged)?;
        let total = driver
            .get::<unsafe extern "C" fn(*mut usize, c_int) -> c_int>(b"cuDeviceTotalMem_v2\0")
            .map_err(damaged)?;
        (get(&mut gpu, 0), total(&mut bytes, gpu))
    };
    match codes {
        (0, 0) => Ok(bytes as u64),
        (get, total) => Err(format!(
            "the CUDA driver does not answer about the GPU (errors {get} and {total})"
        )),
    }
}

fn damaged(error: libloading::Error) -> String {
    format!("the CUDA driver is damaged: {error}")
}
