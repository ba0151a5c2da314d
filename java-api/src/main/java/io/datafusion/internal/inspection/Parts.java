package io.datafusion.internal.inspection;

import io.datafusion.codec.PlanInspector.Fact;
import io.datafusion.codec.PlanInspector.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a node will be made of. Most nodes have few facts, and there may be very many nodes. */
final class Parts {
  private final Map<String, List<String>> facts = new LinkedHashMap<>();
  private final List<Node> children = new ArrayList<>();

  void fact(String name, String value) {
    facts.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
  }

  void child(Node child) {
    children.add(child);
  }

  Node node(String kind, String role) {
    List<Fact> said =
        facts.entrySet().stream().map(fact -> new Fact(fact.getKey(), fact.getValue())).toList();
    return new Node(kind, role, said, children);
  }
}
