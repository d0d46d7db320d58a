"""What is published for a price, as cells and titles call it in the languages of these markets."""

from __future__ import annotations

PUBLISHED = (  # the word that a cell of `format` would say, and the patterns that mean it, small and parted by single spaces
    (
        "livestream",
        r"(?:(?:slots?|phiên) )?(?:live ?streams?|livestreaming|lives?)(?: slots?)?|"
        r"siaran langsung|直播|ライブ配信|ライブ|라이브|ไลฟ์สด|ไลฟ์",
    ),
    ("reels", r"reels?|릴스|リール(?:投稿)?|(?<!ฟ)รีล"),
    (
        "short video",
        r"(?:yt |youtube )?shorts?(?: videos?| clips?)?|video ngắn|clip ngắn|短视频|短影音|ショート(?:動画)?|숏폼|쇼츠",
    ),
    ("story", r"限時動態|限时动态|(?:ig )?stor(?:y|ies)|historias?|tin 24h|ストーリーズ?(?:投稿)?|스토리|สตอรี่"),
    ("album", r"carousels?|albums?|bộ ảnh|nhiều ảnh"),
    (
        "photo",
        r"(?<![a-z])(?:bài (?:viết |đăng )?|post )?ảnh|(?<![a-z])hình(?: ảnh)?|photos?(?: posts?)?|images?(?: posts?)?|"
        r"statics?(?: posts?)?|"
        r"foto|图文(?:笔记)?|圖文(?:筆記)?|画像",
    ),
    ("integration", r"(?:video )?integrations?(?: videos?)?|integrated videos?"),  # a part of a video on other things
    ("video", r"videos?|vdos?|vids?|clips?|vod|视频(?:笔记)?|視頻|影片|動画|영상|동영상|วิดีโอ|คลิป"),
    ("article", r"bài (?:viết|pr)|articles?|blog ?posts?|블로그 포스팅"),
    ("event", r"sự kiện|events?"),
    ("repost", r"[转轉][发發](?=[价價报報])|re-?posts?|share (?:bài|posts?)"),  # of somebody else's post
    (
        "post",
        r"直[发發](?=[价價报報])|(?:bài )?(?:feed )?posts?|bài(?: đăng)?|feeds?|笔记|貼文|帖子|フィード投稿|投稿(?!日)|フィード|"
        r"게시물|피드|โพสต์|โพส",
    ),
)
SEVERAL = (  # Stories (3), Story 3 frames, of letters without accents
    r"((?:stor(?:y|ie)|historia|reel|post|video|clip|short|photo)s(?= ?\()|(?<!\d )(?<!\dx )stor(?:y|ies)(?= ?\(?\d ?frames?\b))"
    r" ?\(?([2-9])(?: ?frames?)?\)?"
)
COUNTED = (  # what only a number or a price for each stands before: of a title it says nothing
    r"lần(?: đăng)?|buổi|phiên|sessions?|tweets?|contents?|mentions?|placements?|konten|postingan|unggahan|"
    r"篇|条|條|个|個|则|則|本|件|次|건|회|개|편|포스팅|คอนเทนต์|ชิ้น|ครั้ง"
)
