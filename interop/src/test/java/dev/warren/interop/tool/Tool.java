package dev.warren.interop.tool;

import java.nio.file.Path;

/** Something that can be called as {@code wg}. */
interface Tool {

  /** What a run left. */
  record Outcome(int status, String stdout, String stderr) {}

  /** Runs a case; {@code path} is its file. */
  Outcome run(Case what, String device, Path path);
}
