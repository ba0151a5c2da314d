package io.datafusion.internal.lowering;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.datafusion.Expr;
import io.datafusion.InternalException;
import io.datafusion.SessionConfig;
import io.datafusion.SqlOptions;
import io.datafusion.internal.Texts;
import io.datafusion.internal.message.SessionOptions;
import io.datafusion.internal.message.Setting;
import io.datafusion.internal.message.Settings;
import io.datafusion.internal.message.SqlRequest;
import io.datafusion.internal.message.TableArguments;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** What a session is asked, as messages. */
public final class Requests {
  /** What {@code NULL} is in SQL. */
  private static final Expr.Literal UNTYPED =
      Expr.nullLit(Field.nullable("", ArrowType.Null.INSTANCE));

  private Requests() {}

  /** {@return the message of a configuration} */
  public static byte[] options(SessionConfig config) {
    return message(config).build().toByteArray();
  }

  /** {@return the message of a configuration, with a scheduler that queries go to} */
  public static byte[] options(String scheduler, SessionConfig config) {
    String url = Texts.check(scheduler, "the scheduler's url");
    return message(config).setScheduler(url).build().toByteArray();
  }

  private static SessionOptions.Builder message(SessionConfig config) {
    var options =
        SessionOptions.newBuilder()
            .setOperatorDepth(config.operatorDepth())
            .setNestingDepth(config.nestingDepth());
    Texts.check(config.settings(), "the setting")
        .forEach(
            (key, value) -> options.addSettings(Setting.newBuilder().setKey(key).setValue(value)));
    config.memoryLimit().ifPresent(options::setMemoryLimit);
    config
        .spillDirectory()
        .ifPresent(folder -> options.setSpillDirectory(folder.toAbsolutePath().toString()));
    config.payloadLimit().ifPresent(options::setPayloadLimit);
    return options;
  }

  /** {@return the keys and values of a session} */
  public static SortedMap<String, Optional<String>> settings(byte[] message) {
    var settings = new TreeMap<String, Optional<String>>();
    try {
      for (Setting setting : Settings.parseFrom(message).getSettingsList()) {
        Optional<String> value =
            setting.hasValue() ? Optional.of(setting.getValue()) : Optional.empty();
        settings.put(setting.getKey(), value);
      }
    } catch (InvalidProtocolBufferException e) {
      throw new InternalException("settings that do not parse: " + e.getMessage(), e);
    }
    return Collections.unmodifiableSortedMap(settings);
  }

  /** {@return the message of SQL text and its parameters} */
  public static byte[] sql(
      String sql, SqlOptions allowed, List<?> positional, Map<String, ?> named) {
    var request =
        SqlRequest.newBuilder()
            .setSql(Texts.check(sql, "SQL text"))
            .setRefuseDdl(!allowed.ddl())
            .setRefuseDml(!allowed.dml())
            .setRefuseStatements(!allowed.statements());
    positional.forEach(value -> request.addPositional(parameter(value)));
    named.forEach(
        (name, value) ->
            request.putNamed(Texts.check(name, "the name of a parameter"), parameter(value)));
    return request.build().toByteArray();
  }

  /** {@return the message of a table function's arguments, of which null is an untyped NULL} */
  public static byte[] arguments(List<? extends @Nullable Object> values) {
    var message = TableArguments.newBuilder();
    for (Object value : values) {
      message.addValues(parameter(value == null ? UNTYPED : value));
    }
    return message.build().toByteArray();
  }

  private static ByteString parameter(@Nullable Object value) {
    return switch (value) {
      case null ->
          throw new NullPointerException("a null parameter needs a type: Expr.nullLit(type)");
      case Expr.Literal literal -> Scalars.bytes(literal);
      case Object object -> Scalars.bytes(Expr.lit(object));
    };
  }
}
