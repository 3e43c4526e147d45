/*
 * One document by one stylesheet with Saxon, as often as asked, for bench_translate.c.
 *
 * Arguments: stylesheet, document, file for the output, milliseconds to warm up, then NAME=VALUE for each parameter. Writes the
 * output once, warms up, says "ready"; then reads how often to run, a number on a line, and answers with the thread's CPU time
 * and the wall time of it in nanoseconds. The document is parsed and the stylesheet compiled beforehand; the result is a tree.
 * What compiles and collects garbage in other threads does not count.
 */
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import javax.xml.transform.stream.StreamSource;
import net.sf.saxon.s9api.Processor;
import net.sf.saxon.s9api.QName;
import net.sf.saxon.s9api.XdmAtomicValue;
import net.sf.saxon.s9api.XdmDestination;
import net.sf.saxon.s9api.XdmNode;
import net.sf.saxon.s9api.XsltExecutable;
import net.sf.saxon.s9api.XsltTransformer;

public class TranslateSaxon {
	private final Processor processor = new Processor(false);
	private final XsltExecutable stylesheet;
	private final XdmNode document;
	private final String[] arguments;

	TranslateSaxon(String[] arguments) throws Exception {
		this.arguments = arguments;
		stylesheet = processor.newXsltCompiler().compile(new StreamSource(new File(arguments[0])));
		document = processor.newDocumentBuilder().build(new File(arguments[1]));
	}

	private XsltTransformer transformer() {
		XsltTransformer transformer = stylesheet.load();
		for (int i = 4; i < arguments.length; i++) {
			int at = arguments[i].indexOf('=');
			transformer.setParameter(new QName(arguments[i].substring(0, at)),
				new XdmAtomicValue(arguments[i].substring(at + 1)));
		}
		transformer.setInitialContextNode(document);
		return transformer;
	}

	private void write(String file) throws Exception {
		XsltTransformer transformer = transformer();
		transformer.setDestination(processor.newSerializer(new File(file)));
		transformer.transform();
	}

	private XdmNode run() throws Exception {
		XsltTransformer transformer = transformer();
		XdmDestination tree = new XdmDestination();
		transformer.setDestination(tree);
		transformer.transform();
		return tree.getXdmNode();
	}

	public static void main(String[] arguments) throws Exception {
		TranslateSaxon rival = new TranslateSaxon(arguments);
		ThreadMXBean threads = ManagementFactory.getThreadMXBean();
		BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
		rival.write(arguments[2]);
		long until = System.nanoTime() + Long.parseLong(arguments[3]) * 1000000L;
		while (System.nanoTime() < until)
			rival.run();
		System.out.println("ready");
		for (String line = in.readLine(); line != null; line = in.readLine()) {
			long times = Long.parseLong(line.trim());
			long cpu = threads.getCurrentThreadCpuTime(), wall = System.nanoTime();
			for (long i = 0; i < times; i++)
				rival.run();
			System.out.println((threads.getCurrentThreadCpuTime() - cpu) + " " + (System.nanoTime() - wall));
		}
	}
}
