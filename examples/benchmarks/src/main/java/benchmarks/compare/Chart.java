package benchmarks.compare;

import java.awt.Font;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.data.category.DefaultCategoryDataset;
import org.jfree.svg.SVGGraphics2D;

/** The ratios as bars: the time of each contestant by that of the first of its work. */
final class Chart {
  private static final int WIDTH = 1000;
  private static final int HEIGHT_OF_A_BAR = 18;

  /** Where bars begin: a logarithmic axis has no zero. */
  private static final double LEAST = 0.01;

  private Chart() {}

  static void write(List<Measured> all, Path file) throws IOException {
    DefaultCategoryDataset ratios = new DefaultCategoryDataset();
    for (Measured measured : all) {
      String first = measured.work().contestants.getFirst().name();
      for (Contestant contestant : measured.work().contestants) {
        if (!contestant.name().equals(first)) {
          ratios.addValue(
              measured.ratio(contestant.name(), first),
              "ratio",
              measured.work().name + ": " + contestant.name() + " : " + first);
        }
      }
    }
    JFreeChart chart =
        ChartFactory.createBarChart(
            "Time by that of the first of each work (less is faster)",
            null,
            "ratio, logarithmic",
            ratios,
            PlotOrientation.HORIZONTAL,
            false,
            false,
            false);
    LogAxis axis = new LogAxis("ratio, logarithmic");
    axis.setSmallestValue(LEAST);
    chart.getCategoryPlot().setRangeAxis(axis);
    ((BarRenderer) chart.getCategoryPlot().getRenderer()).setBase(LEAST);
    chart.getCategoryPlot().getDomainAxis().setTickLabelFont(new Font("SansSerif", Font.PLAIN, 10));
    chart.getCategoryPlot().getDomainAxis().setMaximumCategoryLabelWidthRatio(0.7f);
    int height = 120 + HEIGHT_OF_A_BAR * ratios.getColumnCount();
    SVGGraphics2D graphics = new SVGGraphics2D(WIDTH, height);
    chart.draw(graphics, new Rectangle2D.Double(0, 0, WIDTH, height));
    Files.writeString(file, graphics.getSVGElement());
  }
}
