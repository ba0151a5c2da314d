package io.datafusion;

import io.datafusion.internal.lowering.DepthLimits;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How a session is made. Immutable: each {@code with} makes another one. What is not said is the
 * engine's default.
 */
public final class SessionConfig {
  private static final int MOST_ROWS = 1 << 20;

  private static final SessionConfig DEFAULT =
      new SessionConfig(Map.of(), null, null, DepthLimits.DEFAULT, null);

  private final Map<String, String> settings;
  private final @Nullable Long memoryLimit;
  private final @Nullable Path spillDirectory;
  private final DepthLimits depth;
  private final @Nullable Long payloadLimit;

  private SessionConfig(
      Map<String, String> settings,
      @Nullable Long memoryLimit,
      @Nullable Path spillDirectory,
      DepthLimits depth,
      @Nullable Long payloadLimit) {
    this.settings = settings;
    this.memoryLimit = memoryLimit;
    this.spillDirectory = spillDirectory;
    this.depth = depth;
    this.payloadLimit = payloadLimit;
  }

  /** {@return the engine's defaults} */
  public static SessionConfig of() {
    return DEFAULT;
  }

  /**
   * {@return the configuration with one of DataFusion's keys set} A key or value that the engine
   * does not know is a {@link ConfigurationException} when the session is made.
   *
   * @param key the whole key, as {@code datafusion.execution.batch_size}
   */
  public SessionConfig with(String key, String value) {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
    var more = new LinkedHashMap<>(settings);
    more.remove(key);
    more.put(key, value);
    return new SessionConfig(more, memoryLimit, spillDirectory, depth, payloadLimit);
  }

  /** {@return the configuration with a number of partitions that queries are split into} */
  public SessionConfig withTargetPartitions(int partitions) {
    return with("datafusion.execution.target_partitions", positive(partitions, "partitions"));
  }

  /**
   * {@return the configuration with a number of rows that batches have at most}
   *
   * @throws IllegalArgumentException for less than 1 or more than 1,048,576 rows, for all of which
   *     operators allocate at once
   */
  public SessionConfig withBatchSize(int rows) {
    if (rows > MOST_ROWS) {
      throw new IllegalArgumentException(rows + " rows; up to " + MOST_ROWS + " are possible");
    }
    return with("datafusion.execution.batch_size", positive(rows, "rows"));
  }

  /** {@return the configuration with tables that describe the session, as SQL has them} */
  public SessionConfig withInformationSchema(boolean present) {
    return with("datafusion.catalog.information_schema", String.valueOf(present));
  }

  /** {@return the configuration with a limit in bytes on what queries of the session may hold} */
  public SessionConfig withMemoryLimit(long bytes) {
    positive(bytes, "bytes");
    return new SessionConfig(settings, bytes, spillDirectory, depth, payloadLimit);
  }

  /** {@return the configuration with a folder for what does not fit into memory} */
  public SessionConfig withSpillDirectory(Path folder) {
    Objects.requireNonNull(folder, "folder");
    return new SessionConfig(settings, memoryLimit, folder, depth, payloadLimit);
  }

  /**
   * {@return the configuration with limits on how deep expressions and plans may be} The defaults
   * are proven on the stacks that the engine's threads have; beyond them a stack may overflow,
   * which ends the process.
   *
   * @param operators binary operators above each other; 5,000 unless set
   * @param nesting everything else above each other; 500 unless set
   */
  public SessionConfig withDepthLimits(int operators, int nesting) {
    positive(operators, "operators");
    positive(nesting, "nesting");
    var limits = new DepthLimits(operators, nesting);
    return new SessionConfig(settings, memoryLimit, spillDirectory, limits, payloadLimit);
  }

  /**
   * {@return the configuration with a limit in bytes on one inlined function; 64 MiB unless set}
   */
  public SessionConfig withPayloadLimit(long bytes) {
    positive(bytes, "bytes");
    return new SessionConfig(settings, memoryLimit, spillDirectory, depth, bytes);
  }

  /** {@return the keys that were set, in that order} */
  public Map<String, String> settings() {
    return Collections.unmodifiableMap(settings);
  }

  /** {@return the limit on memory, if there is one} */
  public OptionalLong memoryLimit() {
    return memoryLimit == null ? OptionalLong.empty() : OptionalLong.of(memoryLimit);
  }

  /** {@return the folder for what does not fit into memory, if it was said} */
  public Optional<Path> spillDirectory() {
    return Optional.ofNullable(spillDirectory);
  }

  /** {@return how many binary operators may stand above each other} */
  public int operatorDepth() {
    return depth.operators();
  }

  /** {@return how much else may stand above each other} */
  public int nestingDepth() {
    return depth.nesting();
  }

  /** {@return the limit on one inlined function, if it was said} */
  public OptionalLong payloadLimit() {
    return payloadLimit == null ? OptionalLong.empty() : OptionalLong.of(payloadLimit);
  }

  DepthLimits depth() {
    return depth;
  }

  private static String positive(long value, String name) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " is " + value);
    }
    return String.valueOf(value);
  }
}
