"""Randomness (102): draws from a process-wide generator, from the operating system, or from an unseeded generator.

A generator made with a deterministic seed is clean, hence `Unseeded` on the constructors (`random.Random`,
`numpy.random.default_rng`, `Faker` has no such argument); draws from one of them are judged by how it was made. Salts
and keys are random by design and stand here too. Random identifiers are in `identifiers`, seeding a process-wide
generator is in `state`.
"""

from typing import Final

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.entries import LINUX, UNIX, calls, clients, connections
from holdfast_rules.hazards.hazard import KEYWORD_ONLY, Hazard, OnlyConstant, Unseeded

_STDLIB = (
    *calls(
        Effect.RANDOMNESS,
        "random",
        "random randint randrange getrandbits randbytes choice choices sample shuffle uniform triangular gauss"
        " normalvariate lognormvariate expovariate betavariate gammavariate vonmisesvariate paretovariate"
        " weibullvariate getstate",
    ),
    *calls(Effect.RANDOMNESS, "random", "binomialvariate", since=(3, 12)),
    *calls(Effect.RANDOMNESS, "random", "seed", when=Unseeded(0, "a")),
    *calls(
        Effect.RANDOMNESS,
        "random",
        "Random",
        when=Unseeded(0, "x"),
        note="numbers, `str` and `bytes` are stable seeds; other objects are hashed",
    ),
    *clients(Effect.RANDOMNESS, "", "random.SystemRandom secrets.SystemRandom"),
    *calls(Effect.RANDOMNESS, "os", "urandom"),
    *calls(Effect.RANDOMNESS, "os", "getrandom", platform=LINUX),
    *calls(Effect.RANDOMNESS, "ssl", "RAND_bytes"),
    *calls(Effect.RANDOMNESS, "ssl", "RAND_pseudo_bytes", until=(3, 12)),
    *calls(Effect.RANDOMNESS, "secrets", "token_bytes token_hex token_urlsafe choice randbelow randbits"),
    *calls(Effect.RANDOMNESS, "crypt", "mksalt", until=(3, 13), platform=UNIX),
    *calls(Effect.RANDOMNESS, "statistics", "NormalDist.samples", when=Unseeded(KEYWORD_ONLY, "seed")),
)

_ARRAYS = (
    *calls(
        Effect.RANDOMNESS,
        "numpy.random",
        "beta binomial bytes chisquare choice dirichlet exponential f gamma geometric get_state gumbel hypergeometric"
        " laplace logistic lognormal logseries multinomial multivariate_normal negative_binomial noncentral_chisquare"
        " noncentral_f normal pareto permutation poisson power rand randint randn random random_integers random_sample"
        " ranf rayleigh sample shuffle standard_cauchy standard_exponential standard_gamma standard_normal standard_t"
        " triangular uniform vonmises wald weibull zipf",
    ),
    *calls(Effect.RANDOMNESS, "numpy.random", "default_rng RandomState seed", when=Unseeded(0, "seed")),
    *calls(Effect.RANDOMNESS, "numpy.random", "PCG64 PCG64DXSM MT19937 Philox SFC64", when=Unseeded(0, "seed")),
    *calls(Effect.RANDOMNESS, "numpy.random", "SeedSequence", when=Unseeded(0, "entropy")),
    *calls(Effect.RANDOMNESS, "pandas", "DataFrame.sample Series.sample", when=Unseeded(4, "random_state")),
    *calls(Effect.RANDOMNESS, "polars", "DataFrame.sample Series.sample", when=Unseeded(KEYWORD_ONLY, "seed")),
    *calls(
        Effect.RANDOMNESS,
        "sklearn.model_selection",
        "train_test_split",
        when=Unseeded(KEYWORD_ONLY, "random_state"),
    ),
    *calls(
        Effect.RANDOMNESS,
        "torch",
        "rand randn randint randperm bernoulli multinomial normal rand_like randn_like randint_like",
        when=Unseeded(KEYWORD_ONLY, "generator"),
    ),
    *calls(Effect.RANDOMNESS, "torch", "seed initial_seed get_rng_state"),
    *calls(
        Effect.RANDOMNESS,
        "tensorflow.random",
        "uniform normal truncated_normal shuffle gamma poisson categorical",
    ),
    *calls(Effect.RANDOMNESS, "jax.random", "PRNGKey key", when=Unseeded(0, "seed")),
)

_SAMPLES = (
    *clients(Effect.RANDOMNESS, "faker", "Faker", harmless=("seed_instance", "add_provider")),
    *clients(Effect.RANDOMNESS, "mimesis", "Generic Person Address Text"),
    *calls(Effect.RANDOMNESS, "", "names.get_full_name names.get_first_name names.get_last_name"),
    *calls(Effect.RANDOMNESS, "", "coolname.generate coolname.generate_slug petname.generate petname.Generate"),
    *clients(Effect.RANDOMNESS, "haikunator", "Haikunator"),
)

_SECRETS = (
    *calls(Effect.RANDOMNESS, "bcrypt", "gensalt"),
    *calls(
        Effect.RANDOMNESS,
        "passlib.hash",
        "bcrypt.hash bcrypt_sha256.hash argon2.hash scrypt.hash pbkdf2_sha256.hash pbkdf2_sha512.hash sha256_crypt.hash"
        " sha512_crypt.hash",
        note="draws a salt",
    ),
    *calls(Effect.RANDOMNESS, "", "passlib.context.CryptContext.hash argon2.PasswordHasher.hash", note="draws a salt"),
    *calls(Effect.RANDOMNESS, "cryptography.fernet", "Fernet.generate_key Fernet.encrypt MultiFernet.encrypt"),
    *calls(
        Effect.RANDOMNESS,
        "cryptography.hazmat.primitives.asymmetric",
        "rsa.generate_private_key ec.generate_private_key dsa.generate_private_key"
        " ed25519.Ed25519PrivateKey.generate x25519.X25519PrivateKey.generate",
    ),
    *calls(
        Effect.RANDOMNESS,
        "cryptography.hazmat.primitives.ciphers.aead",
        "AESGCM.generate_key ChaCha20Poly1305.generate_key",
    ),
    *calls(Effect.RANDOMNESS, "nacl", "utils.random public.PrivateKey.generate signing.SigningKey.generate"),
    *calls(Effect.RANDOMNESS, "", "Crypto.Random.get_random_bytes Cryptodome.Random.get_random_bytes"),
    *calls(Effect.RANDOMNESS, "Crypto.Random.random", "randint choice sample shuffle getrandbits"),
    *calls(
        Effect.RANDOMNESS,
        "jwt",
        "encode",
        when=OnlyConstant(2, ("ES", "PS"), "algorithm"),
        note="signatures of the ES and PS families are random; HS, RS and EdDSA are not",
    ),
    *calls(Effect.RANDOMNESS, "werkzeug.security", "generate_password_hash gen_salt"),
    *calls(Effect.RANDOMNESS, "django.utils.crypto", "get_random_string"),
    *calls(Effect.RANDOMNESS, "django.contrib.auth.hashers", "make_password"),
    *calls(Effect.RANDOMNESS, "pyotp", "random_base32 random_hex"),
    *connections(Effect.RANDOMNESS, "Crypto.Random", "new"),
)

HAZARDS: Final[tuple[Hazard, ...]] = (*_STDLIB, *_ARRAYS, *_SAMPLES, *_SECRETS)
