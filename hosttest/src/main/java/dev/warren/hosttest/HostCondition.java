package dev.warren.hosttest;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Decides at run time whether this host can run a {@link HostTest}. */
public final class HostCondition implements ExecutionCondition {

  static final String REQUIRE = "WARREN_REQUIRE_HOST";

  /**
   * Skips the test at hand, or fails it, for want of what no {@link HostTest} can name.
   *
   * @param need what the test needs, for a person
   */
  public static void need(boolean isThere, String need) {
    if (!isThere && isRequired()) {
      throw new IllegalStateException(REQUIRE + "=1, but this test needs " + need);
    }
    Assumptions.assumeTrue(isThere, () -> "needs " + need);
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    HostTest needs =
        context
            .getElement()
            .flatMap(element -> AnnotationSupport.findAnnotation(element, HostTest.class))
            .orElse(null);
    if (needs == null) {
      return ConditionEvaluationResult.enabled("no requirement of its own");
    }
    List<String> missing = missing(needs);
    if (missing.isEmpty()) {
      return ConditionEvaluationResult.enabled("the host has what it needs");
    }
    String reason = "needs " + String.join(", ", missing);
    if (isRequired()) {
      throw new IllegalStateException(REQUIRE + "=1, but this test " + reason);
    }
    return ConditionEvaluationResult.disabled(reason);
  }

  private static List<String> missing(HostTest needs) {
    List<String> missing = new ArrayList<>();
    if (needs.root() && !isRoot()) {
      missing.add("root");
    }
    if (needs.tun() && !Files.exists(Path.of("/dev/net/tun"))) {
      missing.add("/dev/net/tun");
    }
    for (String command : needs.commands()) {
      if (!isOnPath(command)) {
        missing.add("the command " + command);
      }
    }
    return missing;
  }

  private static boolean isRequired() {
    return "1".equals(System.getProperty(REQUIRE)) || "1".equals(System.getenv(REQUIRE));
  }

  private static boolean isRoot() {
    try {
      // /proc/self belongs to the effective user.
      return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private static boolean isOnPath(String command) {
    @Nullable String path = System.getenv("PATH");
    if (path == null) {
      return false;
    }
    for (String folder : path.split(File.pathSeparator, -1)) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, command))) {
        return true;
      }
    }
    return false;
  }
}
