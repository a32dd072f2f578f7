"""What if a price changes: sales before and after, with a price elasticity."""

from typing import Annotated

from pydantic import Field

import daybook


@daybook.function
def what_if_price(
    price: Annotated[float, Field(gt=0)],
    quantity: Annotated[float, Field(ge=0)],
    change_percent: Annotated[float, Field(gt=-100, le=1000)],
    elasticity: Annotated[float, Field(le=0, ge=-10)] = -1.2,
) -> dict[str, float]:
    """Estimates what a change of price does to a day's sales.

    Use it when somebody asks what would happen if a product became cheaper or dearer.

    Args:
        price: The price of today.
        quantity: Units sold a day at that price.
        change_percent: The change of the price in percent; -10 makes it a tenth cheaper.
        elasticity: Percent by which the quantity changes when the price rises by one percent; -1.2 is usual in retail.
    """
    new_price = price * (1 + change_percent / 100)
    new_quantity = quantity * (new_price / price) ** elasticity
    before, after = price * quantity, new_price * new_quantity
    return {
        "new_price": round(new_price, 2),
        "new_quantity": round(new_quantity, 1),
        "sales_before": round(before, 2),
        "sales_after": round(after, 2),
        "sales_change_percent": round((after / before - 1) * 100, 1) if before else 0.0,
    }
