package dev.warren.hosttest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Writes each skipped or aborted test and its reason to {@code target/skipped-tests.txt} of the
 * module whose tests ran; an empty file says that none was.
 *
 * <p><b>Owner:</b> JUnit, from any thread.
 */
public final class SkippedTests implements TestExecutionListener {

  private final Set<String> lines = Collections.synchronizedSet(new TreeSet<>());

  /** Made by JUnit, through {@code META-INF/services}. */
  public SkippedTests() {}

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    add(test, reason);
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
      add(test, result.getThrowable().map(Throwable::getMessage).orElse("aborted"));
    }
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    Path target = Path.of("target");
    if (!Files.isDirectory(target)) {
      return; // Run from an IDE, in another folder.
    }
    try {
      Files.write(target.resolve("skipped-tests.txt"), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void add(TestIdentifier test, String reason) {
    String name =
        test.getSource()
            .map(
                source ->
                    switch (source) {
                      case MethodSource method ->
                          method.getClassName() + "." + method.getMethodName();
                      case ClassSource type -> type.getClassName();
                      default -> test.getDisplayName();
                    })
            .orElse(test.getDisplayName());
    lines.add(name + ": " + reason);
  }
}
