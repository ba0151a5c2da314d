package samples;

import io.datafusion.udf.ScalarFunction1;
import java.io.Externalizable;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** Callables that must not travel. */
public final class Refused implements Serializable {
  private static final Map<String, Object[]> CASES = new LinkedHashMap<>();
  private final long rate = System.nanoTime();

  @SuppressWarnings("unchecked")
  public static Map<String, Object[]> cases() {
    new Refused().capturedThis();
    Thread thread = new Thread();
    add("not serializable", x -> x + thread.getName().length());
    AtomicLong counter = new AtomicLong();
    add("JDK object", x -> x + counter.get());
    Object lock = new Holder(new Object());
    add("field", x -> x + lock.hashCode());
    List<Object> list = new ArrayList<>(List.of(1L, Thread.currentThread()));
    add("element", x -> x + list.size());
    Map<Object, Object> identity = new IdentityHashMap<>();
    add("identity map", x -> x + identity.size());
    ArrayList<String> subclass = new ArrayList<>() {};
    add("subclass of a JDK class", x -> x + subclass.size());
    Function<Long, Long> plain = y -> y;
    add("plain lambda", x -> plain.apply(x));
    Comparator<String> byLength = Comparator.comparing(String::length);
    add("lambda of the JDK", x -> x + byLength.compare("a", "b"));
    WithWriteObject hook = new WithWriteObject();
    add("writeObject", x -> x + hook.hashCode());
    External external = new External();
    add("externalizable", x -> x + external.hashCode());
    Object[] cycle = new Object[1];
    cycle[0] = cycle;
    add("cycle", x -> x + cycle.length);
    Object deep = null;
    for (int i = 0; i < 1000; i++) {
      deep = new Holder(deep);
    }
    Object chain = deep;
    add("deep", x -> x + chain.hashCode());
    Runnable proxy =
        (Runnable)
            java.lang.reflect.Proxy.newProxyInstance(
                Refused.class.getClassLoader(), new Class<?>[] {Runnable.class}, (a, b, c) -> null);
    add("proxy", x -> x + proxy.hashCode());
    add("native method", x -> x + natively());
    HashMap<String, Object> map = new HashMap<>(Map.of("key", new AtomicLong()));
    add("map value", x -> x + map.size());
    Map<Object, Object> view = Collections.unmodifiableMap(identity);
    add("view of an identity map", x -> x + view.size());
    Set<String> sorted = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    Set<String> ordered = Collections.unmodifiableSet(sorted);
    add("view with an order of the JDK", x -> x + ordered.size());
    AbstractCollection<Object> odd = (AbstractCollection<Object>) (Object) Set.of(1);
    add("type that is not made again", x -> x + odd.size());
    HashMap<Object, Object> unspoken = new HashMap<>();
    unspoken.put(new Unspoken(), new AtomicLong());
    add("key without a text", x -> x + unspoken.size());
    return CASES;
  }

  private static native long natively();

  private void capturedThis() {
    add("captured this", x -> x + rate);
    add("inner class", new Inner());
  }

  private static void add(String name, ScalarFunction1<Long, Long> function) {
    CASES.put(name, new Object[] {function, 1L});
  }

  private final class Inner implements ScalarFunction1<Long, Long> {
    @Override
    public Long apply(Long x) {
      return x + rate;
    }
  }

  private record Holder(Object held) implements Serializable {}

  private static final class Unspoken implements Serializable {
    @Override
    public String toString() {
      throw new IllegalStateException("no text");
    }
  }

  private static final class WithWriteObject implements Serializable {
    private void writeObject(ObjectOutputStream out) {}
  }

  public static final class External implements Externalizable {
    @Override
    public void writeExternal(ObjectOutput out) {}

    @Override
    public void readExternal(ObjectInput in) {}
  }
}
