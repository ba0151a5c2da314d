package exchange.worker;

import io.datafusion.Expr;
import java.io.Serial;
import java.io.Serializable;

/**
 * What a worker of the pool is asked.
 *
 * @param file the partition that it shall read
 * @param partial what it shall compute of all rows, one number
 */
public record Task(String file, Expr partial) implements Serializable {
  @Serial private static final long serialVersionUID = 1L;
}
