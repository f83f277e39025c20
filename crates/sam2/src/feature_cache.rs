//! The image encoder's answers, kept so that a frame is encoded once for clicks, both directions and every later run.
//!
//! The frames that were used last stay with the device, up to a number; what has to go is written to disk, up to a number of
//! bytes, and the file that was not read for longest goes first. Files outlive the program. They are only a shortcut: one
//! that is missing or damaged, or was made by another model, is made anew.

use crate::segmenter::{EngineError, ImageFeatures, Segmenter};
use std::collections::VecDeque;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

/// How much is kept.
#[derive(Clone, Copy, Debug)]
pub struct FeatureLimits {
    /// Frames in memory, at least one: 0.7 MB each for the embedded model, 8.4 MB for the official sizes.
    pub frames: usize,
    /// Bytes on disk; 0 for nothing.
    pub disk_bytes: u64,
}

impl Default for FeatureLimits {
    fn default() -> Self {
        Self {
            frames: 64,
            disk_bytes: 8 << 30,
        }
    }
}

/// Features by name; a name is a path below the folder of the cache.
pub struct FeatureCache {
    segmenter: Arc<dyn Segmenter>,
    folder: PathBuf,
    limits: FeatureLimits,
    kept: Mutex<Kept>,
}

/// What is kept; what was used last is at the back of each list.
#[derive(Default)]
struct Kept {
    memory: VecDeque<(PathBuf, ImageFeatures)>,
    /// Names and bytes.
    disk: VecDeque<(PathBuf, u64)>,
    disk_bytes: u64,
}

impl FeatureCache {
    /// Takes up what earlier starts left in `folder`, which is made when something is written.
    #[must_use]
    pub fn new(segmenter: Arc<dyn Segmenter>, folder: PathBuf, limits: FeatureLimits) -> Self {
        let mut files = Vec::new();
        if let Err(error) = list(&folder, &mut files)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(folder = %folder.display(), %error, "kept features cannot be listed");
        }
        files.sort_by_key(|(_, _, used)| *used);
        let name = |path: PathBuf| {
            path.strip_prefix(&folder)
                .map(Path::to_owned)
                .unwrap_or(path)
        };
        let disk: VecDeque<(PathBuf, u64)> = files
            .into_iter()
            .map(|(path, bytes, _)| (name(path), bytes))
            .collect();
        let cache = Self {
            kept: Mutex::new(Kept {
                disk_bytes: disk.iter().map(|(_, bytes)| bytes).sum(),
                disk,
                ..Kept::default()
            }),
            segmenter,
            folder,
            limits,
        };
        cache.make_room();
        cache
    }

    /// Whether the answer for a frame needs neither disk nor model.
    #[must_use]
    pub fn is_in_memory(&self, name: &Path) -> bool {
        self.kept().memory.iter().any(|(of, _)| of == name)
    }

    /// Whether the answer for a frame is kept, in memory or on disk.
    #[must_use]
    pub fn keeps(&self, name: &Path) -> bool {
        let kept = self.kept();
        let memory = kept.memory.iter().map(|(of, _)| of);
        let mut all = memory.chain(kept.disk.iter().map(|(of, _)| of));
        all.any(|of| of == name)
    }

    /// The answer for a frame, if it is kept.
    #[must_use]
    pub fn get(&self, name: &Path) -> Option<ImageFeatures> {
        let kept = {
            let mut kept = self.kept();
            if let Some(features) = touch(&mut kept.memory, name) {
                return Some(features);
            }
            touch(&mut kept.disk, name)
        };
        kept?;
        match self.read(name) {
            Ok(features) => {
                self.insert(name.to_owned(), features.clone());
                Some(features)
            }
            Err(reason) => {
                tracing::debug!(name = %name.display(), reason, "kept features are of no use");
                self.forget_file(name);
                None
            }
        }
    }

    /// Keeps the answer for a frame.
    pub fn insert(&self, name: PathBuf, features: ImageFeatures) {
        let mut gone = Vec::new();
        {
            let mut kept = self.kept();
            kept.memory.retain(|(of, _)| *of != name);
            kept.memory.push_back((name, features));
            while kept.memory.len() > self.limits.frames.max(1) {
                let Some(oldest) = kept.memory.pop_front() else {
                    break;
                };
                if kept.disk.iter().all(|(of, _)| *of != oldest.0) {
                    gone.push(oldest);
                }
            }
        }
        if self.limits.disk_bytes == 0 {
            return;
        }
        for (name, features) in gone {
            match self.write(&name, &features) {
                Ok(bytes) => {
                    let mut kept = self.kept();
                    kept.disk.push_back((name, bytes));
                    kept.disk_bytes += bytes;
                }
                Err(reason) => {
                    tracing::warn!(name = %name.display(), reason, "features cannot be kept on disk");
                }
            }
        }
        self.make_room();
    }

    /// Gives back the memory, for example after a failure of the device. Files stay.
    pub fn forget_memory(&self) {
        self.kept().memory.clear();
    }

    /// Forgets every frame whose name lies below `part`, and removes the files.
    ///
    /// # Errors
    /// When a file cannot be removed.
    pub fn remove(&self, part: &Path) -> io::Result<()> {
        {
            let mut kept = self.kept();
            kept.memory.retain(|(of, _)| !of.starts_with(part));
            kept.disk.retain(|(of, _)| !of.starts_with(part));
            kept.disk_bytes = kept.disk.iter().map(|(_, bytes)| bytes).sum();
        }
        match fs::remove_dir_all(self.folder.join(part)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self, name: &Path) -> Result<ImageFeatures, String> {
        let bytes = fs::read(self.folder.join(name)).map_err(|error| error.to_string())?;
        let (features, sum) = bytes.split_last_chunk().ok_or("the file is empty")?;
        if crc32fast::hash(features) != u32::from_le_bytes(*sum) {
            return Err("the file is damaged".into());
        }
        let features = self.segmenter.features_from_bytes(features);
        features.map_err(|error| error.to_string())
    }

    /// Writes beside the file and renames, so that a file is whole.
    fn write(&self, name: &Path, features: &ImageFeatures) -> Result<u64, String> {
        let failed = |error: EngineError| error.to_string();
        let mut bytes = self.segmenter.features_to_bytes(features).map_err(failed)?;
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        let path = self.folder.join(name);
        let written = || {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            let in_work = path.with_extension("part");
            fs::write(&in_work, &bytes)?;
            fs::rename(in_work, &path)
        };
        written().map_err(|error| error.to_string())?;
        Ok(bytes.len() as u64)
    }

    /// Removes the files that were not read for longest, as far as there are too many.
    fn make_room(&self) {
        loop {
            let name = {
                let mut kept = self.kept();
                if kept.disk_bytes <= self.limits.disk_bytes {
                    return;
                }
                let Some((name, bytes)) = kept.disk.pop_front() else {
                    return;
                };
                kept.disk_bytes -= bytes;
                name
            };
            self.remove_file(&name);
        }
    }

    fn forget_file(&self, name: &Path) {
        {
            let mut kept = self.kept();
            kept.disk.retain(|(of, _)| of != name);
            kept.disk_bytes = kept.disk.iter().map(|(_, bytes)| bytes).sum();
        }
        self.remove_file(name);
    }

    fn remove_file(&self, name: &Path) {
        if let Err(error) = fs::remove_file(self.folder.join(name))
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(name = %name.display(), %error, "kept features cannot be removed");
        }
    }
}

/// Moves an entry to the back, and gives its value.
fn touch<T: Clone>(list: &mut VecDeque<(PathBuf, T)>, name: &Path) -> Option<T> {
    let at = list.iter().position(|(of, _)| of == name)?;
    let entry = list.remove(at)?;
    let value = entry.1.clone();
    list.push_back(entry);
    Some(value)
}

/// All files below a folder: path, bytes, when written.
fn list(folder: &Path, files: &mut Vec<(PathBuf, u64, SystemTime)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let about = entry.metadata()?;
        if about.is_dir() {
            list(&entry.path(), files)?;
        } else {
            files.push((entry.path(), about.len(), about.modified()?));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feature_grid::FeatureGrid;
    use crate::segmenter::{Prediction, TrackPlan, Tracker};
    use domain::{Device, FramePrompts, ModelInfo, RgbFrame};

    /// Features are one number.
    struct Numbers(ModelInfo);

    impl Segmenter for Numbers {
        fn model(&self) -> &ModelInfo {
            &self.0
        }
        fn encode(&self, _: &RgbFrame) -> Result<ImageFeatures, EngineError> {
            unreachable!("the cache encodes nothing")
        }
        fn features_to_bytes(&self, features: &ImageFeatures) -> Result<Vec<u8>, EngineError> {
            Ok(vec![*features.downcast::<u8>().unwrap(); 96])
        }
        fn features_from_bytes(&self, bytes: &[u8]) -> Result<ImageFeatures, EngineError> {
            Ok(ImageFeatures::new(bytes[0]))
        }
        fn grid(&self, _: &ImageFeatures) -> Result<FeatureGrid, EngineError> {
            unreachable!("the cache compares nothing")
        }
        fn describe(&self, _: &ImageFeatures) -> Result<Vec<f32>, EngineError> {
            unreachable!()
        }
        fn predict(&self, _: &ImageFeatures, _: &FramePrompts) -> Result<Prediction, EngineError> {
            unreachable!()
        }
        fn tracker(&self, _: TrackPlan) -> Result<Box<dyn Tracker>, EngineError> {
            unreachable!()
        }
        fn resume(&self, _: TrackPlan, _: &[u8]) -> Result<Box<dyn Tracker>, EngineError> {
            unreachable!()
        }
    }

    fn cache(folder: &Path, frames: usize, disk_bytes: u64) -> FeatureCache {
        let model = Numbers(ModelInfo {
            name: "numbers".into(),
            hash: "0".into(),
            device: Device::Cpu,
            image_size: 1,
            embedded: false,
        });
        let limits = FeatureLimits { frames, disk_bytes };
        FeatureCache::new(Arc::new(model), folder.to_owned(), limits)
    }

    fn name(n: u8) -> PathBuf {
        PathBuf::from(format!("one/video1/{n}"))
    }

    fn fill(cache: &FeatureCache, numbers: impl IntoIterator<Item = u8>) {
        for n in numbers {
            cache.insert(name(n), ImageFeatures::new(n));
        }
    }

    fn kept(cache: &FeatureCache, n: u8) -> Option<u8> {
        cache
            .get(&name(n))
            .map(|features| *features.downcast().unwrap())
    }

    #[test]
    fn what_leaves_memory_is_found_on_disk_also_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let before = cache(folder.path(), 2, 1000);
        fill(&before, 0..5);
        assert!(before.is_in_memory(&name(4)) && !before.is_in_memory(&name(0)));
        assert!((0..5).all(|n| kept(&before, n) == Some(n)));
        let after = cache(folder.path(), 2, 1000);
        // Reading 0 to 4 pushed everything but 3 and 4 out of memory once more.
        assert!((0..3).all(|n| kept(&after, n) == Some(n)));
    }

    #[test]
    fn the_disk_keeps_to_its_limit_and_loses_what_was_not_read_for_longest() {
        let folder = tempfile::tempdir().unwrap();
        let cache = cache(folder.path(), 1, 300);
        fill(&cache, 0..3);
        assert_eq!(kept(&cache, 0), Some(0));
        fill(&cache, 3..5);
        assert_eq!((kept(&cache, 1), kept(&cache, 0)), (None, Some(0)));
        let mut files = Vec::new();
        list(folder.path(), &mut files).unwrap();
        assert!(files.iter().map(|(_, bytes, _)| bytes).sum::<u64>() <= 300);
    }

    #[test]
    fn a_damaged_file_is_no_answer_and_goes() {
        let folder = tempfile::tempdir().unwrap();
        let cache = cache(folder.path(), 1, 1000);
        fill(&cache, 0..2);
        let file = folder.path().join(name(0));
        let mut bytes = fs::read(&file).unwrap();
        bytes[7] ^= 1;
        fs::write(&file, bytes).unwrap();
        assert_eq!(kept(&cache, 0), None);
        assert!(!file.exists());
    }

    #[test]
    fn nothing_is_written_without_a_place_and_removed_sessions_leave_nothing() {
        let folder = tempfile::tempdir().unwrap();
        fill(&cache(folder.path(), 1, 0), 0..3);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        let cache = cache(folder.path(), 1, 1000);
        fill(&cache, 0..3);
        cache.remove(Path::new("one")).unwrap();
        assert!((0..3).all(|n| kept(&cache, n).is_none()));
        assert!(!folder.path().join("one").exists());
    }
}
