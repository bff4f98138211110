package dev.warren.cli.terminal;

import dev.warren.cli.program.BriefProgram;
import dev.warren.linux.TerminalSize;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The whole terminal, taken for a while and given back as it was.
 *
 * <p>It draws on the alternate screen, each picture in one write and over the last one, never
 * clearing in between: that would flicker. The size is asked for several times a second, which
 * costs a system call; a signal handler is not to be had without the JDK's internals.
 *
 * <p><b>Owner:</b> one thread draws and waits; another reads keys; a shutdown hook gives the
 * terminal back when a signal ends the program.
 */
public final class FullScreen implements AutoCloseable {
  private static final String ENTER = "\033[?1049h\033[?25l\033[?7l";
  private static final String LEAVE = "\033[?7h\033[?25h\033[?1049l";
  private static final String HOME = "\033[H";
  private static final String TO_LINE_END = "\033[K";
  private static final String TO_SCREEN_END = "\033[J";

  /** Terminals that know of it show nothing in between; others pass over it. */
  private static final String BEGIN_PICTURE = "\033[?2026h";

  private static final String END_PICTURE = "\033[?2026l";

  private static final TerminalSize USUAL = new TerminalSize(24, 80);
  private static final long LOOK_NANOS = 150_000_000;
  private static final Duration STTY_LIMIT = Duration.ofSeconds(2);

  private final PrintStream out;
  private final @Nullable String settings;
  private final SynchronousQueue<Integer> keys = new SynchronousQueue<>();
  private final Thread hook = new Thread(this::giveBack, "warren-terminal");
  private boolean givenBack;
  private TerminalSize size;

  private FullScreen(PrintStream out, @Nullable String settings) {
    this.out = out;
    this.settings = settings;
    this.size = ask();
  }

  /** Takes the terminal behind standard output. */
  public static FullScreen take(PrintStream out, InputStream in) {
    String settings = stty("-g");
    FullScreen screen = new FullScreen(out, settings);
    Runtime.getRuntime().addShutdownHook(screen.hook);
    if (settings != null) {
      // Keys come as they are pressed; ^Z would leave the shell on the wrong screen.
      stty("-icanon", "-echo", "susp", "undef");
      Thread reader = new Thread(() -> screen.readKeys(in), "warren-keys");
      reader.setDaemon(true);
      reader.start();
    }
    screen.write(ENTER);
    return screen;
  }

  /** What the terminal has room for now. */
  public TerminalSize size() {
    size = ask();
    return size;
  }

  /** Shows these lines from the top, as far as they fit. */
  public void draw(List<String> lines) {
    StringBuilder picture = new StringBuilder(4096).append(BEGIN_PICTURE).append(HOME);
    int count = Math.min(lines.size(), size.rows());
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        picture.append("\r\n");
      }
      String line = Ink.clip(lines.get(i), size.columns());
      picture.append(line);
      // In the last column the cursor stays on what was written there.
      if (Ink.width(line) < size.columns()) {
        picture.append(TO_LINE_END);
      }
    }
    if (count < size.rows()) {
      picture.append("\r\n").append(TO_SCREEN_END);
    }
    write(picture.append(END_PICTURE).toString());
  }

  /** Waits for a key, for another size, or for this long; the key, or -1 for the others. */
  public int await(long nanos) throws InterruptedException {
    long start = System.nanoTime();
    long left = nanos;
    while (left > 0) {
      Integer key = keys.poll(Math.min(left, LOOK_NANOS), TimeUnit.NANOSECONDS);
      if (key != null) {
        return key;
      }
      if (!ask().equals(size)) {
        return -1;
      }
      left = nanos - (System.nanoTime() - start);
    }
    return -1;
  }

  /** Gives the terminal back. */
  @Override
  public void close() {
    giveBack();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The program is ending, and the hook runs or has run.
    }
  }

  private synchronized void giveBack() {
    if (givenBack) {
      return;
    }
    givenBack = true;
    Ink.print(out, LEAVE);
    if (settings != null) {
      stty(settings);
    }
  }

  /** Nothing is drawn any more once the terminal was given back. */
  private synchronized void write(String text) {
    if (!givenBack) {
      Ink.print(out, text);
    }
  }

  private void readKeys(InputStream in) {
    try {
      for (int key = in.read(); key >= 0; key = in.read()) {
        keys.put(key);
      }
    } catch (IOException e) {
      // No keys any more; a signal still ends the view.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static TerminalSize ask() {
    TerminalSize found = TerminalSize.of(Ink.STANDARD_OUTPUT);
    return found == null ? USUAL : found;
  }

  /** Runs stty on the terminal; its answer, or null where it does not work. */
  private static @Nullable String stty(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "stty";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    BriefProgram.Output output =
        BriefProgram.run(
            new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/tty")))
                .redirectError(ProcessBuilder.Redirect.DISCARD),
            STTY_LIMIT);
    return output == null || output.exitStatus() != 0 ? null : output.text().strip();
  }
}
