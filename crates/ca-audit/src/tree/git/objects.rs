//! Contents of objects, by their names, from any thread.

use super::command::{git, no_git};
use crate::facts::Reason;
use crate::tree::{MAX_FILE_BYTES, Unreadable, too_large};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Mutex, PoisonError};

/// The objects of one repository. Each thread that reads at the same time has
/// a `git cat-file --batch` of its own.
#[derive(Debug)]
pub(super) struct Objects {
    folder: PathBuf,
    idle: Mutex<Vec<Batch>>,
}

#[derive(Debug)]
struct Batch {
    process: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Objects {
    /// Those of the repository in `folder`.
    pub(super) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            idle: Mutex::default(),
        }
    }

    /// Puts the content of the blob `id` into `buffer`.
    pub(super) fn read(&self, id: &str, buffer: &mut Vec<u8>) -> Result<(), Unreadable> {
        buffer.clear();
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let mut batch = match idle {
            Some(batch) => batch,
            None => self.start()?,
        };
        // After a broken answer nobody knows where the next one begins.
        let size = batch.content(id, buffer).map_err(|error| broken(&error))?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push(batch);
        match size {
            Some(size) if size > MAX_FILE_BYTES => Err(too_large(size)),
            Some(_) => Ok(()),
            None => Err(unreadable("this clone does not hold its content")),
        }
    }

    fn start(&self) -> Result<Batch, Unreadable> {
        let mut process = git(&self.folder)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| unreadable(&no_git(&error).0))?;
        let questions = process.stdin.take();
        let answers = process.stdout.take();
        let answers = answers.ok_or_else(|| unreadable("git has no output"))?;
        Ok(Batch {
            process,
            questions,
            answers: BufReader::with_capacity(64 * 1024, answers),
        })
    }
}

impl Batch {
    /// The content and its size; no content where that is too large, nothing
    /// where the object is not there.
    fn content(&mut self, id: &str, buffer: &mut Vec<u8>) -> io::Result<Option<u64>> {
        let questions = self.questions.as_mut();
        let questions = questions.ok_or(io::ErrorKind::BrokenPipe)?;
        questions.write_all(format!("{id}\n").as_bytes())?;
        questions.flush()?;
        let mut head = String::new();
        self.answers.read_line(&mut head)?;
        if head.trim_end().ends_with(" missing") {
            return Ok(None);
        }
        let size = head
            .trim_end()
            .rsplit(' ')
            .next()
            .and_then(|it| it.parse().ok());
        let size: u64 = size.ok_or(io::ErrorKind::InvalidData)?;
        let mut content = self.answers.by_ref().take(size);
        if size > MAX_FILE_BYTES {
            io::copy(&mut content, &mut io::sink())?;
        } else {
            content.read_to_end(buffer)?;
            if buffer.len() as u64 != size {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        self.answers.read_exact(&mut [0])?;
        Ok(Some(size))
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        // It ends when nothing more can be asked.
        self.questions = None;
        let _ = self.process.wait();
    }
}

fn broken(error: &io::Error) -> Unreadable {
    unreadable(&format!("git cat-file: {error}"))
}

fn unreadable(message: &str) -> Unreadable {
    Unreadable::new(Reason::Unreadable, message)
}
