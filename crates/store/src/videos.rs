//! The two videos of each session and their frame tables.

use crate::sessions::not_found;
use crate::{Store, StoreError, now};
use domain::{FrameRow, FrameTable, IngestState, SessionId, VideoSide};
use sqlx::{FromRow, SqliteConnection};

/// Functions on videos.
#[derive(Clone, Copy, Debug)]
pub struct Videos<'a>(pub(crate) &'a Store);

/// Bytes of a row of a frame table: source frame (u32) and pts (i64), little-endian.
const ROW_BYTES: usize = 12;

#[derive(FromRow)]
struct TableRow {
    width: u32,
    height: u32,
    time_num: i32,
    time_den: i32,
    rows: Vec<u8>,
}

impl Videos<'_> {
    /// Notes how far the ingest of a video has come.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such session.
    pub async fn set_ingest(
        &self,
        id: &SessionId,
        side: VideoSide,
        ingest: &IngestState,
    ) -> Result<(), StoreError> {
        let changed = sqlx::query("update videos set ingest = ? where session = ? and side = ?")
            .bind(ingest_json(ingest)?)
            .bind(id.as_str())
            .bind(side.number())
            .execute(&self.0.writer)
            .await?;
        if changed.rows_affected() == 0 {
            return Err(not_found(id));
        }
        Ok(())
    }

    /// Stores the frame table of a video, with its size, and marks its ingest as ready. The table is immutable:
    /// storing the same one again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another table is there, [`StoreError::NotFound`] when there is no such session.
    pub async fn set_frame_table(
        &self,
        id: &SessionId,
        side: VideoSide,
        table: &FrameTable,
    ) -> Result<(), StoreError> {
        let mut tx = self.0.write().await?;
        match frame_table(&mut tx, id, side).await? {
            Some(stored) if stored == *table => return Ok(()),
            Some(_) => {
                return Err(StoreError::Conflict(format!(
                    "{side} of session {id} already has another frame table"
                )));
            }
            None => {}
        }
        let changed = sqlx::query(
            "update videos set width = ?, height = ?, frames = ?, ingest = ?
             where session = ? and side = ?",
        )
        .bind(table.width)
        .bind(table.height)
        .bind(table.len() as i64)
        .bind(ingest_json(&IngestState::Ready)?)
        .bind(id.as_str())
        .bind(side.number())
        .execute(&mut *tx)
        .await?;
        if changed.rows_affected() == 0 {
            return Err(not_found(id));
        }
        sqlx::query(
            "insert into frame_tables (session, side, time_num, time_den, rows) values (?, ?, ?, ?, ?)",
        )
        .bind(id.as_str())
        .bind(side.number())
        .bind(table.time_base.0)
        .bind(table.time_base.1)
        .bind(pack(&table.rows))
        .execute(&mut *tx)
        .await?;
        sqlx::query("update sessions set updated_at = ? where id = ?")
            .bind(now())
            .bind(id.as_str())
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// The frame table of a video.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the video is not ingested yet.
    pub async fn frame_table(
        &self,
        id: &SessionId,
        side: VideoSide,
    ) -> Result<FrameTable, StoreError> {
        frame_table(&mut *self.0.readers.acquire().await?, id, side)
            .await?
            .ok_or_else(|| StoreError::NotFound(format!("frame of {side} of session {id} yet")))
    }
}

async fn frame_table(
    connection: &mut SqliteConnection,
    id: &SessionId,
    side: VideoSide,
) -> Result<Option<FrameTable>, StoreError> {
    sqlx::query_as::<_, TableRow>(
        "select width, height, time_num, time_den, rows
         from frame_tables join videos using (session, side) where session = ? and side = ?",
    )
    .bind(id.as_str())
    .bind(side.number())
    .fetch_optional(connection)
    .await?
    .map(|row| {
        Ok(FrameTable {
            width: row.width,
            height: row.height,
            time_base: (row.time_num, row.time_den),
            rows: unpack(&row.rows)?,
        })
    })
    .transpose()
}

/// Adds the row of a video that is still to be decoded.
pub(crate) async fn insert(
    tx: &mut SqliteConnection,
    id: &SessionId,
    side: VideoSide,
    file_name: &str,
) -> Result<(), StoreError> {
    let waiting = IngestState::Decoding {
        done: 0,
        total: None,
    };
    sqlx::query("insert into videos (session, side, file_name, ingest) values (?, ?, ?, ?)")
        .bind(id.as_str())
        .bind(side.number())
        .bind(file_name)
        .bind(ingest_json(&waiting)?)
        .execute(tx)
        .await?;
    Ok(())
}

pub(crate) fn parse_ingest(json: &str) -> Result<IngestState, StoreError> {
    serde_json::from_str(json).map_err(|e| StoreError::damaged("ingest state", e))
}

fn ingest_json(ingest: &IngestState) -> Result<String, StoreError> {
    serde_json::to_string(ingest).map_err(|e| StoreError::damaged("ingest state", e))
}

fn pack(rows: &[FrameRow]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(rows.len() * ROW_BYTES);
    for row in rows {
        bytes.extend(row.source_frame.to_le_bytes());
        bytes.extend(row.pts.to_le_bytes());
    }
    bytes
}

fn unpack(bytes: &[u8]) -> Result<Vec<FrameRow>, StoreError> {
    let (rows, rest) = bytes.as_chunks::<ROW_BYTES>();
    if !rest.is_empty() {
        return Err(StoreError::damaged("frame table", "cut off"));
    }
    let rows = rows
        .iter()
        .map(|&[a, b, c, d, pts @ ..]| FrameRow {
            source_frame: u32::from_le_bytes([a, b, c, d]),
            pts: i64::from_le_bytes(pts),
        })
        .collect();
    Ok(rows)
}
