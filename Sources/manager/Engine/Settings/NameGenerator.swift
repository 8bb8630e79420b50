/// Names for containers whose user gives none, in docker's style: `adjective_surname`.
package enum NameGenerator {
  /// Makes a name out of random bytes.
  ///
  /// - Parameters:
  ///   - random: at least four bytes.
  ///   - attempt: from 0; later attempts carry a digit, so that the names cannot run out (moby, namesgenerator).
  package static func name(_ random: [UInt8], attempt: Int) -> String {
    let numbers = random.map(Int.init) + [0, 0, 0, 0]
    let adjective = adjectives[(numbers[0] << 8 | numbers[1]) % adjectives.count]
    let surname = surnames[(numbers[2] << 8 | numbers[3]) % surnames.count]
    return "\(Substring(adjective))_\(Substring(surname))" + (attempt == 0 ? "" : "\(attempt)")
  }

  private static let adjectives = """
    able agile amber ample ardent balanced blithe bold brave breezy bright brisk calm candid careful cheerful
    clear clever composed constant cosmic crisp curious daring deft diligent dreamy eager earnest easy elated
    elegant epic fair faithful fearless fluent focused fond frank fresh friendly gallant generous gentle gifted
    glad golden graceful grand happy hardy hearty helpful honest hopeful humble jolly jovial keen kind laughing
    lively loving loyal lucid lucky mellow merry mindful modest musing neat nifty nimble noble nostalgic orderly
    patient peaceful placid playful pleasant plucky polite practical priceless proud prudent quick quiet quirky
    ready reliable resolute restful robust romantic serene sharp silver sincere sleepy smart snug sober spry
    stately steady stoic sturdy sunny sweet swift tender thirsty thrifty tidy trusting upbeat useful vibrant
    vigilant vivid warm wary wise witty wonderful youthful zealous zen
    """.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }

  private static let surnames = """
    abel agnesi aiken alhazen ampere archimedes aryabhata babbage backus banach bardeen bartik bell bernoulli
    bessel bhabha bohr boltzmann boole borg bose brahe brahmagupta brattain brown buck burnell cannon cantor
    carson cartwright cauchy cerf chandrasekhar chatterjee chebyshev clarke codd cohen conway cori cray curie
    darwin davinci descartes diffie dijkstra dirac driscoll dubinsky einstein elbakyan elion engelbart erdos
    euclid euler faraday fermat fermi feynman fibonacci fourier franklin galileo galois gates gauss germain
    goldberg goldstine goldwasser goodall hamilton hawking heisenberg hellman hermann herschel hertz heyrovsky
    hodgkin hofstadter hoover hopper hypatia jackson jang jepsen johnson joliot jones kalam kapitsa kare keldysh
    keller kepler kilby kirch knuth kowalevski lalande lamarr lamport laplace leakey leavitt legendre leibniz
    lewin lichterman liskov lovelace lumiere mahavira margulis maxwell mayer mccarthy mcclintock meitner mendel
    mendeleev merkle mestorf mirzakhani moore morse moser murdock napier nash neumann newton nightingale nobel
    noether noyce panini pare pascal pasteur payne perlman pike poincare poisson ptolemy raman ramanujan rhodes
    ride riemann ritchie rosalind rubin saha sammet sanderson shannon shaw shirley shockley sinoussi snyder
    spence stonebraker sutherland swanson swartz swirles taussig tesla tharp thompson torvalds turing
    varahamihira vaughan villani visvesvaraya volhard wescoff wiles williams wilson wing wozniak wright wu
    yalow yonath zhukovsky
    """.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
}
