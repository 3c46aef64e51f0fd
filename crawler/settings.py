"""Scrapy's settings: this file is the wiring diagram of a crawl. What differs from Scrapy's defaults has its reason beside it."""

BOT_NAME = "rasid"
SPIDER_LOADER_CLASS = "spiders.loader.OutletSpiderLoader"
SPIDER_MODULES = ["spiders"]

# Where `scrapy` gets what `rasid` builds by itself: dotted paths, because only the composition root may build it.
RASID_CONTEXT_FACTORY = "rasid.wiring.context_for_scrapy"
RASID_OUTLETS_FACTORY = "rasid.wiring.outlet_ids_for_scrapy"
RASID_ALLOW_PRIVATE_FACTORY = "rasid.wiring.private_addresses_for_scrapy"

# Both are on by default and run code that is sent to them.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
# Off by default.
DOWNLOAD_VERIFY_CERTIFICATES = True

DOWNLOAD_TIMEOUT = 20  # seconds for a whole answer; default 180
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024  # bytes, also after decompression; default 1 GiB
DOWNLOAD_WARNSIZE = 0
TWISTED_DNS_RESOLVER = "crawler.addresses.GuardedResolver"
DNS_TIMEOUT = 10
REDIRECT_MAX_TIMES = 5

# Requests wait for their host's turn in PoliteMiddleware, so the total must not hold back other hosts; one connection per host.
CONCURRENT_REQUESTS = 512
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 0
CONCURRENT_ITEMS = 1  # pages are read one at a time; Scrapy starts as many tasks for every answer
WARN_ON_GENERATOR_RETURN_VALUE = False  # parses our source again in every crawl; a test of ours covers it
SCHEDULER_PRIORITY_QUEUE = "scrapy.pqueues.DownloaderAwarePriorityQueue"
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"

# No retries here: the next poll is the retry, with growing waits.
REFERRER_POLICY = "no-referrer"
ROBOTSTXT_OBEY = False  # ours obeys, and keeps the rules for a day instead of asking again in every crawl
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "ar,tr;q=0.9,en;q=0.8",
}

# The whole lists, not changes to Scrapy's: it imports every component of its own lists even where a project switches them off,
# and three of them bring aiohttp, requests and urllib3, 14 MB of memory.
DOWNLOADER_MIDDLEWARES_BASE = {
    "crawler.middlewares.PoliteMiddleware": 90,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 590,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
}
SPIDER_MIDDLEWARES_BASE = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": 700,
}
EXTENSIONS_BASE: dict[str, int] = {}
ITEM_PIPELINES = {"crawler.pipelines.ArticlePipeline": 100}

STATS_DUMP = False
LOG_LEVEL = "INFO"
